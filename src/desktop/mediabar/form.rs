//! The needinfo forms: what a desktop asks its user before it sends a command again.

use schemars::JsonSchema;
use serde::Serialize;

use crate::desktop::settings::{DispositionItem, Reason, Settings};
use crate::engine::command::NeedInfo;

/// `uiExtension` of a needinfo response.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Form<'a> {
    /// The skill group of an outbound call. The id is the one that existing clients know.
    OutboundSkill {
        /// Always `inContact.outboundskill`.
        #[schemars(extend("const" = "inContact.outboundskill"))]
        id: &'static str,
        /// What to choose from.
        skills: Vec<Skill<'a>>,
    },
    /// What became of the contact.
    #[serde(rename_all = "camelCase")]
    Disposition {
        /// `disposition`.
        #[serde(rename = "type")]
        #[schemars(extend("const" = "disposition"))]
        kind: &'static str,
        /// Whether one must be chosen.
        disposition_required: bool,
        /// What to choose from.
        dispositions: &'a [DispositionItem],
    },
    /// The next agent state ends the contact.
    AgentState {
        /// `agentstate`.
        #[serde(rename = "type")]
        #[schemars(extend("const" = "agentstate"))]
        kind: &'static str,
    },
    /// A reason code.
    Reasons {
        /// `agentstate` for not ready, `logoutreason` for the logout.
        #[serde(rename = "type")]
        #[schemars(extend("enum" = ["agentstate", "logoutreason"]))]
        kind: &'static str,
        /// Always true: else nothing would be asked.
        required: bool,
        /// What to choose from.
        reasons: &'a [Reason],
    },
}

/// A skill group to choose.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Skill<'a> {
    id: String,
    #[serde(rename = "skillName")]
    name: std::borrow::Cow<'a, str>,
}

impl<'a> Form<'a> {
    /// The form for what the engine needs.
    pub fn of(need: NeedInfo, settings: &'a Settings) -> Self {
        match need {
            NeedInfo::AgentState => Self::AgentState { kind: "agentstate" },
            NeedInfo::Disposition { required } => {
                Self::Disposition { kind: "disposition", disposition_required: required, dispositions: &settings.dispositions }
            }
            NeedInfo::NotReadyReason => Self::Reasons { kind: "agentstate", required: true, reasons: &settings.not_ready_reasons },
            NeedInfo::LogoutReason => Self::Reasons { kind: "logoutreason", required: true, reasons: &settings.logout_reasons },
        }
    }

    /// The form for choosing one of the agent's skill groups.
    pub fn outbound_skill(skill_groups: &[u32], settings: &'a Settings) -> Self {
        let skill = |number: &u32| Skill {
            id: number.to_string(),
            name: settings.skill_group_names.get(number).map_or_else(|| number.to_string().into(), |name| name.as_str().into()),
        };
        Self::OutboundSkill { id: "inContact.outboundskill", skills: skill_groups.iter().map(skill).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(form: &Form<'_>) -> String {
        serde_json::to_string(form).unwrap()
    }

    #[test]
    fn every_form_has_the_shape_of_the_contract() {
        let mut settings = Settings::default();
        settings.dispositions.truncate(1);
        settings.skill_group_names.insert(77, "Claims_DE".into());
        assert_eq!(
            text(&Form::of(NeedInfo::Disposition { required: true }, &settings)),
            r#"{"type":"disposition","dispositionRequired":true,"dispositions":[{"dispositionId":1,"dispositionName":"Resolved","priority":1,"isPreviewDisposition":false}]}"#
        );
        assert_eq!(text(&Form::of(NeedInfo::AgentState, &settings)), r#"{"type":"agentstate"}"#);
        assert_eq!(
            text(&Form::of(NeedInfo::LogoutReason, &settings)),
            r#"{"type":"logoutreason","required":true,"reasons":[{"code":1,"label":"End of shift"},{"code":2,"label":"Change of desk"}]}"#
        );
        assert!(
            text(&Form::of(NeedInfo::NotReadyReason, &settings))
                .starts_with(r#"{"type":"agentstate","required":true,"reasons":[{"code":1"#)
        );
        assert_eq!(
            text(&Form::outbound_skill(&[77, 81], &settings)),
            r#"{"id":"inContact.outboundskill","skills":[{"id":"77","skillName":"Claims_DE"},{"id":"81","skillName":"81"}]}"#
        );
    }
}
