//! The outbound option: reservation calls that offer an agent a customer to call.
//!
//! `POST /calls` with one of the reservation call types makes one; the agent's desktop answers by setting the ECC variable
//! BAResponse. The reservation is artificial: it rings, but nobody can answer it. Values are those of the logged direct
//! preview of Unified CCX, with the agent states of the Finesse guide.

use super::World;
use super::agent::{AgentIx, Wish};
use super::agent_state::DIALLED_WHILE_AVAILABLE;
use super::call::{Call, CallData, CallId};
use super::phone::Dial;
use crate::protocol::values::{AgentState, CallDirection, CallType, EventCause};

impl Call {
    /// Whether this only reserves an agent for an outbound call.
    pub(super) const fn is_reservation(&self) -> bool {
        matches!(
            self.call_type,
            CallType::PREVIEW
                | CallType::RESERVATION
                | CallType::RESERVATION_PREVIEW
                | CallType::RESERVATION_PREVIEW_DIRECT
                | CallType::RESERVATION_PREDICTIVE
                | CallType::RESERVATION_CALLBACK
                | CallType::RESERVATION_PERSONAL_CALLBACK
        )
    }

    /// How the reserved agent's state shows it.
    pub(super) const fn offered_direction(&self) -> CallDirection {
        match self.call_type {
            CallType::PREVIEW | CallType::RESERVATION_PREVIEW | CallType::RESERVATION_PREVIEW_DIRECT => CallDirection::OUTBOUND_PREVIEW,
            CallType::RESERVATION_PREDICTIVE => CallDirection::OUTBOUND_PREDICTIVE,
            _ if self.is_reservation() => CallDirection::OUTBOUND_RESERVE,
            _ => CallDirection::IN,
        }
    }
}

impl World {
    /// The desktop set BAResponse on a reservation call; other calls and other words change nothing.
    pub(super) fn reservation_answered(&mut self, id: CallId, device: &str) {
        let Some(call) = self.calls.get(&id).filter(|call| call.is_reservation()) else { return };
        let Some(ix) = call.leg(device).and_then(super::call::Leg::agent) else { return };
        if self.agents[ix].device.as_deref() != Some(device) {
            // Signed out in the meantime: there is nobody to decide.
            return;
        }
        let response = call.data.named.iter().find(|(name, _)| name == "BAResponse").map(|(_, value)| value.as_str());
        match response {
            Some("Accept") => self.call_customer(id, device, ix),
            Some("Reject" | "Reject-Close" | "Skip" | "Skip-Close") => self.leave(id, device, EventCause::NONE),
            Some("Cancel Reservation") => {
                self.agents[ix].wish = Some(Wish { state: AgentState::NOT_READY, reason: 0 });
                self.leave(id, device, EventCause::NONE);
            }
            _ => {}
        }
    }

    /// The reservation ends and the customer is called from the agent's phone, under another call id.
    fn call_customer(&mut self, id: CallId, device: &str, ix: AgentIx) {
        let Some(call) = self.calls.get(&id) else { return };
        let number = call.data.ani.clone().unwrap_or_default();
        let mut data = CallData { ani: None, dnis: None, dialed_number: None, router_key: None, ..call.data.clone() };
        data.set_named("BAStatus", "CO");
        // Between the two calls nothing else may come to the agent (inferred: as with a call of one's own).
        self.not_ready_for_own_call(ix, DIALLED_WHILE_AVAILABLE);
        self.leave(id, device, EventCause::NONE);
        self.dial(device, &number, Dial { data, call_type: Some(CallType::CUSTOMER_PREVIEW), ..Dial::default() });
    }
}
