//! What SYSTEM_EVENTs say: gateway, peripherals, phones that cannot be used, and the central controller.
//!
//! While a phone cannot be used its channel is shown inactive and nothing is offered on its contacts; the contacts stay. What
//! was true before is asked anew afterwards. Nothing promises an event for every return: anything heard from a peripheral
//! shows that it is on line (inferred).

use super::agent::Agent;
use super::call::name;
use super::model::{Name, Outage};
use super::note::Note;
use super::record::Moment;
use super::resync::Query;
use super::roster::AgentKey;
use super::{Engine, Output, ServiceStatus};
use crate::protocol::masks::{PgStatusMask, ServiceMask};
use crate::protocol::message as wire;
use crate::protocol::values::SystemEventId;

impl Engine {
    /// Whether the CTI Server has lost its Peripheral Gateway.
    pub const fn is_gateway_offline(&self) -> bool {
        self.is_gateway_offline
    }

    /// Whether the gateway has lost the central controller: events go on, but nothing is routed.
    pub const fn is_routing_offline(&self) -> bool {
        self.is_routing_offline
    }

    pub(super) fn system(&mut self, event: &wire::SystemEvent<'_>) {
        let peripheral = event.system_event_arg1;
        let status = event.pg_status;
        // The event goes before the status bits, which may be those of a moment earlier.
        match event.system_event_id {
            SystemEventId::PERIPHERAL_GATEWAY_OFFLINE => return self.gateway_went(false),
            SystemEventId::PERIPHERAL_ONLINE | SystemEventId::PERIPHERAL_OFFLINE => self.gateway_went(true),
            _ => self.gateway_went(!status.contains(PgStatusMask::OPC_DOWN)),
        }
        match event.system_event_id {
            SystemEventId::CENTRAL_CONTROLLER_ONLINE => self.controller_went(true),
            SystemEventId::CENTRAL_CONTROLLER_OFFLINE => self.controller_went(false),
            _ => self.controller_went(!status.contains(PgStatusMask::CC_DOWN)),
        }
        match event.system_event_id {
            SystemEventId::PERIPHERAL_ONLINE => {
                self.peripheral.get_or_insert(peripheral);
                self.peripheral_went(peripheral, true);
            }
            SystemEventId::PERIPHERAL_OFFLINE => self.peripheral_went(peripheral, false),
            SystemEventId::INSTRUMENT_OUT_OF_SERVICE | SystemEventId::INSTRUMENT_BACK_IN_SERVICE => {
                let is_back = event.system_event_id == SystemEventId::INSTRUMENT_BACK_IN_SERVICE;
                // By the reference in Text; EventDeviceID is what a public client reads.
                for device in [&event.text, &event.event_device_id].into_iter().flatten().filter(|device| !device.is_empty()) {
                    self.instrument_went(peripheral, &name(device), is_back);
                }
            }
            SystemEventId::TEXT_FYI => {
                if let Some(text) = &event.text {
                    self.note(Note::Text(name(text)));
                }
            }
            _ => {}
        }
    }

    fn controller_went(&mut self, is_online: bool) {
        if self.is_routing_offline == is_online {
            self.is_routing_offline = !is_online;
            self.note(Note::CentralController { is_online });
            self.outputs.push_back(Output::Routing { is_online });
        }
    }

    fn gateway_went(&mut self, is_online: bool) {
        if self.is_gateway_offline != is_online {
            return;
        }
        self.is_gateway_offline = !is_online;
        self.note(Note::Outage { outage: Outage::Gateway, peripheral: None, instrument: None, is_over: is_online });
        if is_online {
            // All of it is asked anew, as after a loss of the session.
            self.begin_resync();
        } else {
            self.stop_resync();
            // No event comes any more: for the history the same as a lost link. LinkUp follows what is asked afterwards.
            self.record(Moment::LinkDown, |_| {});
            self.set_service(ServiceStatus::OutOfService);
        }
        self.show_outages(|_| true);
    }

    /// A peripheral went off line or came back.
    pub(super) fn peripheral_went(&mut self, peripheral: u32, is_online: bool) {
        let was_online = self.peripherals.insert(peripheral, is_online).unwrap_or(true);
        if was_online == is_online || !self.serves(peripheral) {
            return;
        }
        self.note(Note::Outage { outage: Outage::Peripheral, peripheral: Some(peripheral), instrument: None, is_over: is_online });
        let moment = if is_online { Moment::PeripheralUp } else { Moment::PeripheralDown };
        self.record(moment, |record| record.peripheral_id = Some(peripheral));
        self.show_outages(|agent| agent.peripheral == peripheral);
        if is_online {
            let agents: Vec<_> = self.agents.iter().filter(|agent| agent.peripheral == peripheral).map(|agent| agent.id.clone()).collect();
            for id in agents {
                self.queue_query(Query::Agent(id));
            }
        }
    }

    /// Something came from a peripheral: it is there.
    pub(super) fn heard_from(&mut self, peripheral: u32) {
        if self.peripherals.get(&peripheral) == Some(&false) {
            self.peripheral_went(peripheral, true);
        }
    }

    fn instrument_went(&mut self, peripheral: u32, device: &Name, is_back: bool) {
        if !self.serves(peripheral) {
            return;
        }
        let key = (peripheral, device.clone());
        let is_news = if is_back { self.broken.remove(&key) } else { self.broken.insert(key) };
        if !is_news {
            return;
        }
        let instrument = Some(device.clone());
        self.note(Note::Outage { outage: Outage::Instrument, peripheral: Some(peripheral), instrument, is_over: is_back });
        self.show_outages(|agent| agent.peripheral == peripheral && agent.is_device(device));
        if is_back {
            let there = self.agents.iter().filter(|agent| agent.peripheral == peripheral && agent.is_device(device));
            let there: Vec<_> = there.map(|agent| agent.id.clone()).collect();
            for id in there {
                self.queue_query(Query::Agent(id));
            }
        }
    }

    /// Why an agent's phone cannot be used.
    pub(super) fn outage_of(&self, agent: &Agent) -> Option<Outage> {
        // Without all events the picture would be wrong, without control every button would fail later.
        if !self.services.contains(ServiceMask::ALL_EVENTS | ServiceMask::CLIENT_CONTROL) {
            return Some(Outage::NotGranted);
        }
        if self.is_gateway_offline {
            return Some(Outage::Gateway);
        }
        if self.peripherals.get(&agent.peripheral) == Some(&false) {
            return Some(Outage::Peripheral);
        }
        let is_broken = |device: &Name| self.broken.contains(&(agent.peripheral, device.clone()));
        let is_out = !self.broken.is_empty() && agent.extension.iter().chain(&agent.instrument).any(is_broken);
        is_out.then_some(Outage::Instrument)
    }

    pub(super) fn show_outages(&mut self, concerned: impl Fn(&Agent) -> bool) {
        let agents: Vec<_> = self.agents.keys().filter(|key| concerned(&self.agents[*key])).collect();
        for key in agents {
            self.show_outage(key);
            self.tell_channel_at(key, false);
            self.tell_contacts(&self.agents[key].id.clone());
        }
    }

    /// Brings what is remembered of an agent's outage up to the facts.
    pub(super) fn show_outage(&mut self, key: AgentKey) {
        self.agents[key].outage = self.outage_of(&self.agents[key]);
    }
}
