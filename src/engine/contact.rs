//! The contact's data as its agent's desktop is to see them: taken from the call, told when they change.

use std::sync::Arc;

use super::Engine;
use super::call::{CallData, CallKey};
use super::event::Event;
use super::interaction::Interaction;
use super::model::{CallType, Contact, Direction, InteractionId, Name};
use super::pending::Proof;

impl Engine {
    /// The name of who has a number, where that is an agent's phone.
    pub(super) fn party_name(&self, number: &Name) -> Option<Name> {
        self.extensions.get(number).and_then(|agent| self.agent_name(agent)).cloned()
    }

    pub(super) fn is_extension(&self, number: Option<&Name>) -> bool {
        number.is_some_and(|number| self.extensions.contains_key(number))
    }

    pub(super) fn direction_of(&self, data: &CallData, is_originator: bool, dial_request: Option<&Name>) -> Direction {
        let other_is_agent = if is_originator {
            self.is_extension(dial_request.or(data.dialed_number.as_ref()).or(data.called_device.as_ref()))
        } else {
            self.is_extension(data.calling_device.as_ref().or(data.ani.as_ref()))
        };
        match (other_is_agent, is_originator) {
            (true, _) => Direction::Internal,
            (false, true) => Direction::Outbound,
            (false, false) => Direction::Inbound,
        }
    }

    /// The other party's number as the call's data tell it.
    pub(super) fn remote_number(data: &CallData, is_originator: bool, dial_request: Option<&Name>) -> Option<Name> {
        let number = if is_originator {
            dial_request.or(data.dialed_number.as_ref()).or(data.called_device.as_ref())
        } else {
            data.ani.as_ref().or(data.calling_device.as_ref())
        };
        number.cloned()
    }

    pub(super) fn contact_of(&self, interaction: &Interaction) -> Option<Contact> {
        let extension = self.agents.get(&interaction.agent)?.extension.clone().unwrap_or_default();
        let leg = interaction.primary.as_ref().or(interaction.consult.as_ref())?;
        let data = &self.calls.get(leg.call)?.data;
        let remote_parties = leg.members.iter().filter(|member| !member.is_self).count().max(1);
        Some(Contact {
            call_type: data.call_type,
            direction: interaction.direction,
            is_originator: interaction.is_originator,
            extension,
            ani: data.ani.clone(),
            dnis: data.dnis.clone(),
            dialed_number: data.dialed_number.clone(),
            customer_number: data.customer_number.clone(),
            calling_device: data.calling_device.clone(),
            called_device: data.called_device.clone(),
            dial_request: interaction.dial_request.clone(),
            click_to_dial: interaction.click_to_dial.clone(),
            router_key: data.router_key,
            skill_group_id: data.skill_group_id,
            skill_group_number: data.skill_group_number,
            queue_name: self.queue_name(data.skill_group_id, data.skill_group_number),
            mrd_id: data.mrd_id,
            call_variables: data.call_variables.clone(),
            wrapup: data.wrapup.clone(),
            entered_digits: data.entered_digits.clone(),
            ecc: data.ecc.clone(),
            local: interaction.contact.local.clone(),
            remote_parties,
            is_recovered: interaction.is_recovered,
            first_call: interaction.contact.first_call,
        })
    }

    /// Brings the contacts on a call up to its data, and tells what changed.
    pub(super) fn refresh_contacts(&mut self, key: CallKey) {
        let Some(call) = self.calls.get(key) else { return };
        let concerned: Vec<_> = call.connections.iter().filter_map(|connection| connection.leg).map(|(id, _)| id).collect();
        for id in concerned {
            let Some(interaction) = self.interactions.get(&id) else { continue };
            if interaction.primary.as_ref().is_some_and(|leg| leg.call != key) {
                continue; // a consult call's data are not the contact's
            }
            let Some(contact) = self.contact_of(interaction) else { continue };
            self.change_contact(id, contact);
        }
    }

    /// Replaces a contact's data and tells the change, unless it is the echo of our own disposition.
    pub(super) fn change_contact(&mut self, id: InteractionId, contact: Contact) {
        let Some(interaction) = self.interactions.get_mut(&id) else { return };
        if *interaction.contact == contact {
            return;
        }
        let before = std::mem::replace(&mut interaction.contact, Arc::new(contact));
        if interaction.waits_until.is_some() {
            return; // told with the offer
        }
        if interaction.silent_wrapup.is_some() && interaction.silent_wrapup == interaction.contact.wrapup {
            let mut only_wrapup = Contact::clone(&before);
            only_wrapup.wrapup.clone_from(&interaction.contact.wrapup);
            if only_wrapup == *interaction.contact {
                return;
            }
        }
        let (agent, after) = (interaction.agent.clone(), interaction.contact.clone());
        self.prove(&agent, &Proof::Data(id));
        self.emit(&agent, Event::DataChanged { interaction: id, before: Some(before), after });
    }
}

pub(super) fn empty_contact(direction: Direction, is_originator: bool) -> Contact {
    Contact {
        call_type: CallType::default(),
        direction,
        is_originator,
        extension: Name::default(),
        ani: None,
        dnis: None,
        dialed_number: None,
        customer_number: None,
        calling_device: None,
        called_device: None,
        dial_request: None,
        click_to_dial: None,
        router_key: None,
        skill_group_id: None,
        skill_group_number: None,
        queue_name: None,
        mrd_id: None,
        call_variables: Default::default(),
        wrapup: None,
        entered_digits: None,
        ecc: std::collections::BTreeMap::new(),
        local: std::collections::BTreeMap::new(),
        remote_parties: 1,
        is_recovered: false,
        first_call: None,
    }
}
