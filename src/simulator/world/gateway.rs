//! The gateway around the phones: peripherals, the central controller, the link between CTI Server and gateway; and the
//! SYSTEM_EVENTs that tell of them.
//!
//! What a real gateway keeps doing while a part of it is missing: without the central controller calls go on but none is
//! routed; without its peripheral, or when the CTI Server cannot reach the gateway (OPC), nothing of calls and agents is
//! told and requests are refused, while people go on talking. What follows when it comes back is not documented; here every
//! signed-in agent's state and every call is told anew, quietly (inferred).

use std::time::Duration;

use super::{Audience, Event, Output, PERIPHERAL, Timer, WishError, World};
use crate::protocol::masks::PgStatusMask;
use crate::protocol::message::SystemEvent;
use crate::protocol::values::{DeviceIdType, SystemEventId};
use crate::time::Now;

/// Seconds between two SYS_HALF_HOUR_CHANGE events.
const HALF_HOUR: i64 = 1_800;

/// The longest text that Text holds, its zero byte not counted.
const LONGEST_TEXT: usize = 254;

/// What the control port makes happen around the phones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GatewayEvent {
    /// The gateway loses the central controller: no call is routed any more.
    CentralControllerOffline,
    /// The gateway talks to the central controller again.
    CentralControllerOnline,
    /// The CTI Server loses the gateway: no events, no requests.
    GatewayOffline,
    /// The CTI Server reaches the gateway again. There is no event of its own for it: the peripherals are reported on line.
    GatewayOnline,
    /// A layer between server and client says that the CTI Server is gone; told only, because no CTI Server sends it.
    CtiServerOffline,
    /// The same layer says that it is back.
    CtiServerOnline,
    /// A text for people.
    Text(String),
    /// A new half hour, out of turn.
    HalfHour,
}

/// What of the gateway is missing.
#[derive(Debug, Default)]
pub(super) struct Gateway {
    pub(super) no_controller: bool,
    pub(super) no_gateway: bool,
    no_server: bool,
}

impl World {
    /// SYSTEM_EVENT with PGStatus as it is.
    pub fn system_event(&self, event: SystemEventId, arg1: u32) -> SystemEvent<'static> {
        SystemEvent {
            pg_status: self.pg_status(),
            icm_central_controller_time: self.controller_time(),
            system_event_id: event,
            system_event_arg1: arg1,
            event_device_type: DeviceIdType::NONE,
            ..SystemEvent::default()
        }
    }

    /// PGStatus: everything that keeps the gateway from working normally.
    pub fn pg_status(&self) -> PgStatusMask {
        let mut status = PgStatusMask::empty();
        let all_online = self.peripherals.iter().all(|peripheral| peripheral.is_online);
        status.set(PgStatusMask::PERIPHERAL_OFFLINE, !all_online);
        status.set(PgStatusMask::OPC_DOWN, self.gateway.no_gateway);
        status.set(PgStatusMask::CC_DOWN, self.gateway.no_controller);
        status.set(PgStatusMask::CTI_SERVER_OFFLINE, self.gateway.no_server);
        status
    }

    /// Whether anything of calls and agents reaches the CTI Server.
    pub fn is_all_online(&self) -> bool {
        !self.gateway.no_gateway && self.peripherals.iter().all(|peripheral| peripheral.is_online)
    }

    /// Whether `id` is a peripheral of this world.
    pub fn has_peripheral(&self, id: u32) -> bool {
        self.peripherals.iter().any(|peripheral| peripheral.id == id)
    }

    /// Peripherals and whether each is online as far as the CTI Server knows.
    pub fn peripherals(&self) -> impl Iterator<Item = (u32, bool)> {
        self.peripherals.iter().map(|peripheral| (peripheral.id, peripheral.is_online && !self.gateway.no_gateway))
    }

    /// Takes a peripheral off line or back. With `end_calls` every call seems to end when it goes, although people still
    /// talk, and begins anew when it comes back: the reference describes both manners.
    ///
    /// # Errors
    /// [`WishError::Unknown`] if there is none with this id.
    pub fn set_peripheral(&mut self, now: Now, id: u32, online: bool, end_calls: bool) -> Result<(), WishError> {
        self.now = now;
        let known = self.peripherals.iter().find(|peripheral| peripheral.id == id);
        let is_online = known.ok_or_else(|| WishError::Unknown(format!("no peripheral {id}")))?.is_online;
        if is_online == online {
            return Ok(());
        }
        if !online && end_calls {
            self.seem_to_end();
        }
        for peripheral in self.peripherals.iter_mut().filter(|peripheral| peripheral.id == id) {
            peripheral.is_online = online;
        }
        self.tell_system(if online { SystemEventId::PERIPHERAL_ONLINE } else { SystemEventId::PERIPHERAL_OFFLINE }, id, None);
        if online {
            self.tell_everything_again();
        }
        Ok(())
    }

    /// Something happens around the phones.
    ///
    /// # Errors
    /// [`WishError`] if it is so already, or the text does not fit.
    pub fn gateway_event(&mut self, now: Now, event: GatewayEvent) -> Result<(), WishError> {
        self.now = now;
        let already = |is: bool, what: &str| if is { Err(WishError::NotNow(format!("{what} already"))) } else { Ok(()) };
        match event {
            GatewayEvent::CentralControllerOffline => {
                already(self.gateway.no_controller, "the central controller is off line")?;
                self.gateway.no_controller = true;
                self.tell_system(SystemEventId::CENTRAL_CONTROLLER_OFFLINE, 0, None);
            }
            GatewayEvent::CentralControllerOnline => {
                already(!self.gateway.no_controller, "the central controller is on line")?;
                self.gateway.no_controller = false;
                self.tell_system(SystemEventId::CENTRAL_CONTROLLER_ONLINE, 0, None);
                self.dispatch();
            }
            GatewayEvent::GatewayOffline => {
                already(self.gateway.no_gateway, "the gateway is off line")?;
                self.gateway.no_gateway = true;
                self.tell_system(SystemEventId::PERIPHERAL_GATEWAY_OFFLINE, 0, None);
            }
            GatewayEvent::GatewayOnline => {
                already(!self.gateway.no_gateway, "the gateway is on line")?;
                self.gateway.no_gateway = false;
                let peripherals: Vec<(u32, bool)> = self.peripherals().collect();
                for (id, online) in peripherals {
                    self.tell_system(if online { SystemEventId::PERIPHERAL_ONLINE } else { SystemEventId::PERIPHERAL_OFFLINE }, id, None);
                }
                self.tell_everything_again();
            }
            GatewayEvent::CtiServerOffline => {
                already(self.gateway.no_server, "the CTI Server is off line")?;
                self.gateway.no_server = true;
                self.tell_system(SystemEventId::CTI_SERVER_OFFLINE, 0, None);
            }
            GatewayEvent::CtiServerOnline => {
                already(!self.gateway.no_server, "the CTI Server is on line")?;
                self.gateway.no_server = false;
                self.tell_system(SystemEventId::CTI_SERVER_ONLINE, 0, None);
            }
            GatewayEvent::Text(text) => {
                if text.is_empty() || text.len() > LONGEST_TEXT {
                    return Err(WishError::Bad(format!("\"text\" must have 1 to {LONGEST_TEXT} bytes")));
                }
                self.tell_system(SystemEventId::TEXT_FYI, 0, Some(text));
            }
            GatewayEvent::HalfHour => self.tell_system(SystemEventId::HALF_HOUR_CHANGE, 0, None),
        }
        Ok(())
    }

    /// Sends a SYSTEM_EVENT whatever is off line: these come from the CTI Server itself.
    fn tell_system(&mut self, event: SystemEventId, arg1: u32, text: Option<String>) {
        let mut message = self.system_event(event, arg1);
        message.text = text.map(Into::into);
        self.outputs.push_back(Output::Event(Box::new(Event { message: message.into(), audience: Audience::Everyone, changed: None })));
    }

    /// A phone left or came back; its name stands in both places that the reference names.
    pub(super) fn tell_instrument(&mut self, device: &str, event: SystemEventId) {
        let mut event = self.system_event(event, PERIPHERAL);
        event.event_device_type = DeviceIdType::AGENT_DEVICE;
        event.event_device_id = Some(device.to_owned().into());
        event.text = Some(device.to_owned().into());
        self.emit_to(event, Audience::Everyone, None);
    }

    fn seem_to_end(&mut self) {
        let legs: Vec<_> = self.calls.values().flat_map(|call| call.agents().map(|leg| (call.id, leg.device.clone()))).collect();
        for (id, device) in legs {
            self.tell_end(id, &device);
        }
    }

    fn tell_everything_again(&mut self) {
        for ix in self.agents.indices() {
            if self.agents[ix].is_logged_in() {
                self.tell_state(ix);
            }
        }
        self.tell_calls_again();
        self.dispatch();
    }

    /// Starts the timer that ends with the present half hour of the controller's time.
    pub(super) fn await_half_hour(&mut self) {
        if self.settings.half_hour_events {
            let left = HALF_HOUR - self.now.wall.as_second().rem_euclid(HALF_HOUR);
            self.start_timer(Duration::from_secs(left.unsigned_abs()), |_| Timer::HalfHour);
        }
    }

    pub(super) fn half_hour_over(&mut self) {
        self.tell_system(SystemEventId::HALF_HOUR_CHANGE, 0, None);
        self.await_half_hour();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Message;
    use crate::simulator::Profile;
    use crate::simulator::world::WorldSettings;
    use crate::time::Clock;

    #[test]
    fn half_hours_are_told_on_the_hour_and_the_half_hour_of_the_wall_clock() {
        let start = Clock::start().now();
        let mut world = World::new(WorldSettings { agents: 1, ..WorldSettings::default() }, Profile::Field, start);
        for _ in 0..3 {
            let due = world.poll_timeout().unwrap();
            let now = start.later(due.saturating_duration_since(start.mono));
            world.handle_timeout(now);
            let Some(Output::Event(event)) = world.poll_output() else { panic!("nothing was told") };
            let Message::SystemEvent(event) = &event.message else { panic!("{event:?}") };
            assert_eq!(event.system_event_id, SystemEventId::HALF_HOUR_CHANGE);
            let seconds = now.wall.as_second();
            assert!(seconds % HALF_HOUR <= 1, "{seconds} is no half hour");
            assert!(world.poll_output().is_none());
        }
    }
}
