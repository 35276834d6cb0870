//! Team view, statistics and texts in the published contract.

use super::{MessageReceived, StatisticsUpdated, TeamMemberChanged, TeamUpdated};
use crate::desktop::mediabar::event::schema::object;
use crate::desktop::mediabar::schema::{Draft, word_list};
use crate::desktop::mediabar::target::Kind;
use crate::engine::model::AgentId;
use crate::engine::user_message::Recipient as To;

word_list! {
    /// For whom a text is.
    Recipient = [To::Team, To::Supervisor, To::Agent(AgentId::from("")), To::All].map(|to| to.word());
}

/// Adds the events.
pub(in crate::desktop::mediabar) fn events(draft: &mut Draft) {
    let session = Kind::Session;
    object::<TeamUpdated<'static>>(draft, session, "team.updated", "A team and everybody in it.");
    object::<TeamMemberChanged<'static>>(draft, session, "team.member.infochanged", "A member of the team one looks at changed.");
    object::<StatisticsUpdated<'static>>(draft, session, "statistics.updated", "Figures that were asked for; unknown ones are left out.");
    object::<MessageReceived<'static>>(draft, session, "session.message.received", "Somebody sent a text.");
}
