//! The profile's commands in the words of the media bar API, and the refusals of what a CTI Server cannot do.

use serde_json::{Map, Value, json};

use super::answer::{self, Code, Refusal, bad};
use super::call::Call;
use super::desk::{Desk, Dialled, Effect, Out, Pending};
use super::event::Status;
use crate::engine::command::USER_TO_USER_MAX;

type Checked = Result<(), Refusal>;
type Options = Map<String, Value>;

/// A text option; absent, `null` and empty are the same.
fn text<'a>(options: &'a Options, name: &str) -> Result<Option<&'a str>, Refusal> {
    match options.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.trim()).filter(|text| !text.is_empty())),
        Some(_) => Err(bad(format!("{name} must be a text"))),
    }
}

fn needed<'a>(options: &'a Options, name: &str) -> Result<&'a str, Refusal> {
    text(options, name)?.ok_or_else(|| bad(format!("{name} is missing")))
}

fn not_supported(why: &str) -> Refusal {
    Refusal::new(Code::NotSupported, why)
}

fn wrong_state(why: &str) -> Refusal {
    Refusal::new(Code::WrongState, why)
}

impl Desk {
    /// Carries a command out, or says why not.
    pub(super) fn command(&mut self, id: &Value, command: &str, options: &Options, out: &mut Vec<Out>) -> Checked {
        match command {
            "tccc.Call.startOutboundCall" => self.dial_out(id, options, out),
            "tccc.Call.startInternalCall" => self.dial_agent(id, options, out),
            "tccc.Call.accept" => self.accept(id, options, out),
            "tccc.Call.hungUp" => self.hang_up(id, options, out),
            "tccc.Call.deleteCall" => self.delete(id, options, out),
            "tccc.Call.transfer" => self.transfer(id, options, out),
            "tccc.Call.hold" => self.on_leg(id, options, ("CONNECTED", "conversation.hold", "HELD"), out),
            "tccc.Call.unHold" => self.on_leg(id, options, ("HELD", "conversation.retrieve", "CONNECTED"), out),
            "tccc.Call.sendDigits" => self.digits(id, options, out),
            "tccc.Call.muteMic" | "tccc.Call.unmuteMic" | "tccc.Call.isMicMuted" => {
                Err(not_supported("the sound of a call runs between phone and network, a CTI Server cannot mute it"))
            }
            "tccc.Chat.accept" | "tccc.Chat.end" | "tccc.Chat.transfer" => Err(not_supported("there is no chat channel")),
            "tccc.Video.accept"
            | "tccc.Video.end"
            | "tccc.Video.transfer"
            | "tccc.Video.muteMic"
            | "tccc.Video.unmuteMic"
            | "tccc.Video.muteVideo"
            | "tccc.Video.unmuteVideo" => Err(not_supported("there is no video channel")),
            "tccc.Agent.online" => {
                let group = self.group.clone();
                self.ask("channelgroup.activateall", &group, json!({}), Pending::Until(id.clone(), Effect::Online), out);
                Ok(())
            }
            "tccc.Agent.offline" => self.offline(id, out),
            "tccc.Agent.setStatus" => self.set_status(id, options, out),
            "tccc.Agent.getStatus" => {
                let status = Map::from_iter([("agentStatus".to_owned(), json!(self.status.word()))]);
                out.push(Out::Client(answer::success(id, status)));
                Ok(())
            }
            _ => Err(bad(format!("there is no command {}", command.chars().take(64).collect::<String>()))),
        }
    }

    fn session(&mut self, options: &Options) -> Result<&mut Call, Refusal> {
        let wanted = needed(options, "sessionId")?;
        self.calls.iter_mut().find(|call| call.id == wanted).ok_or_else(|| Refusal::new(Code::NoSuchSession, "there is no such session"))
    }

    fn is_logged_in(&self) -> Checked {
        if self.status == Status::Offline { Err(Refusal::new(Code::NotLoggedIn, "the agent is not logged in")) } else { Ok(()) }
    }

    fn may_dial(&self) -> Checked {
        self.is_logged_in()?;
        if self.dialled.is_some() || self.calls.iter().any(|call| !call.is_ended()) {
            return Err(wrong_state("a call is up"));
        }
        Ok(())
    }

    fn dial_out(&mut self, id: &Value, options: &Options, out: &mut Vec<Out>) -> Checked {
        let callee = needed(options, "phoneNumber")?.to_owned();
        let remark = text(options, "phoneDesc")?.map(str::to_owned);
        let uui = text(options, "uui")?;
        if uui.is_some_and(|uui| uui.len() > USER_TO_USER_MAX) {
            return Err(bad(format!("uui has more than {USER_TO_USER_MAX} bytes")));
        }
        let skill = text(options, "skillGroupId")?;
        if skill.is_some_and(|skill| skill.parse::<u32>().is_err()) {
            return Err(Refusal::new(Code::TargetUnknown, "skillGroupId is not the number of a skill group"));
        }
        self.may_dial()?;
        let has =
            |name: &str| options.get(name).is_some_and(|value| !matches!(value, Value::Null) && *value != json!("") && *value != json!([]));
        let ignored = ["callerPhoneNumber", "servingNumberGroupIds"].into_iter().filter(|name| has(name)).collect();
        let mut extensions = Map::new();
        extensions.extend(skill.map(|skill| ("skill".to_owned(), json!(skill))));
        extensions.extend(uui.map(|uui| ("uui".to_owned(), json!(uui))));
        let data = json!({ "destination": callee, "extensions": extensions });
        let pending = Pending::Dial(Dialled { id: id.clone(), is_internal: false, callee, remark, ignored });
        let channel = self.channel.clone();
        self.ask("channel.dial", &channel, data, pending, out);
        Ok(())
    }

    fn dial_agent(&mut self, id: &Value, options: &Options, out: &mut Vec<Out>) -> Checked {
        let callee = needed(options, "calleeUserId")?.to_owned();
        match options.get("useMobile") {
            None | Some(Value::Null | Value::Bool(false)) => {}
            Some(Value::Bool(true)) => return Err(not_supported("no mobile numbers are configured")),
            Some(_) => return Err(bad("useMobile must be true or false")),
        }
        self.may_dial()?;
        let data = json!({ "destination": callee, "extensions": { "type": "agent" } });
        let pending = Pending::Dial(Dialled { id: id.clone(), is_internal: true, callee, remark: None, ignored: Vec::new() });
        let channel = self.channel.clone();
        self.ask("channel.dial", &channel, data, pending, out);
        Ok(())
    }

    fn accept(&mut self, id: &Value, options: &Options, out: &mut Vec<Out>) -> Checked {
        let call = self.session(options)?;
        if let Some(leg) = call.leg(&["ALERTING"]) {
            let (leg, call) = (leg.path.clone(), call.path.clone());
            self.ask("conversation.answer", &leg, json!({}), Pending::Answer { id: id.clone(), call, leg: leg.clone() }, out);
            return Ok(());
        }
        // The switch answers by itself where the agent is set up so.
        if call.state == "STARTED" && !call.is_outgoing() {
            out.push(Out::Client(answer::success(id, Map::new())));
            return Ok(());
        }
        Err(wrong_state("not alerting"))
    }

    fn hang_up(&mut self, id: &Value, options: &Options, out: &mut Vec<Out>) -> Checked {
        let call = self.session(options)?;
        let leg = call.leg(&["CONNECTED"]).or_else(|| call.leg(&["ALERTING", "DIALING", "HELD"]));
        let path = leg.map(|leg| leg.path.clone()).ok_or_else(|| wrong_state("no leg of this session is up"))?;
        call.hung_up = true;
        self.ask("conversation.release", &path, json!({}), Pending::Until(id.clone(), Effect::Over(path.clone())), out);
        Ok(())
    }

    fn delete(&mut self, id: &Value, options: &Options, out: &mut Vec<Out>) -> Checked {
        let call = self.session(options)?;
        if !call.is_ended() {
            return Err(wrong_state("the call is still up"));
        }
        let path = call.path.clone();
        let pending = Pending::Complete { id: id.clone(), path: path.clone(), is_outgoing: call.is_outgoing(), is_second: false };
        self.ask("interaction.complete", &path, json!({}), pending, out);
        Ok(())
    }

    fn on_leg(&mut self, id: &Value, options: &Options, (from, command, to): (&str, &str, &'static str), out: &mut Vec<Out>) -> Checked {
        let why = || wrong_state(if from == "HELD" { "not held" } else { "not connected" });
        let path = self.session(options)?.leg(&[from]).map(|leg| leg.path.clone()).ok_or_else(why)?;
        self.ask(command, &path, json!({}), Pending::Until(id.clone(), Effect::Leg(path.clone(), to)), out);
        Ok(())
    }

    fn transfer(&mut self, id: &Value, options: &Options, out: &mut Vec<Out>) -> Checked {
        let leg = |call: &Call| call.leg(&["CONNECTED"]).map(|leg| leg.path.clone());
        let path = leg(self.session(options)?);
        let (data, to) = match (text(options, "skillGroupId")?, text(options, "userId")?) {
            (Some(_), Some(_)) => return Err(bad("skillGroupId or userId, not both")),
            (None, None) => return Err(bad("skillGroupId or userId is missing")),
            (Some(skill), None) => {
                let number = self.settings.skill_groups.get(skill);
                let number = number.ok_or_else(|| Refusal::new(Code::TargetUnknown, "no number is configured for this skill group"))?;
                (json!({ "destination": number }), ("skillGroupId", skill.to_owned()))
            }
            (None, Some(agent)) => (json!({ "destination": agent, "type": "agent" }), ("userId", agent.to_owned())),
        };
        let path = path.ok_or_else(|| wrong_state("not connected"))?;
        self.session(options)?.handed_to = Some(to);
        self.ask("conversation.transfer", &path, data, Pending::Plain(id.clone()), out);
        Ok(())
    }

    fn digits(&mut self, id: &Value, options: &Options, out: &mut Vec<Out>) -> Checked {
        let digits = needed(options, "dtmfText")?;
        if !digits.chars().all(|digit| matches!(digit, '0'..='9' | '*' | '#' | 'A'..='D')) {
            return Err(bad("dtmfText holds something else than 0-9, *, #, A-D"));
        }
        let leg = self.session(options)?.leg(&["CONNECTED"]).ok_or_else(|| wrong_state("not connected"))?;
        let path = leg.path.clone();
        self.ask("conversation.senddtmf", &path, json!({ "digits": digits }), Pending::Plain(id.clone()), out);
        Ok(())
    }

    fn offline(&mut self, id: &Value, out: &mut Vec<Out>) -> Checked {
        if self.calls.iter().any(|call| !call.is_ended()) {
            return Err(wrong_state("a call is up"));
        }
        let group = self.group.clone();
        self.ask("channelgroup.deactivateall", &group, json!({}), Pending::Offline { id: id.clone(), has_reason: false }, out);
        Ok(())
    }

    fn set_status(&mut self, id: &Value, options: &Options, out: &mut Vec<Out>) -> Checked {
        let status = needed(options, "status")?;
        let reason = text(options, "restReason")?;
        let (command, data, wanted) = match status {
            "free" => ("channel.ready", json!({}), Status::Free),
            "stopNotReady" => {
                self.is_logged_in()?;
                if self.status != Status::NotReady {
                    return Err(wrong_state("the status is not notReady"));
                }
                ("channel.ready", json!({}), Status::Free)
            }
            "rest" => {
                let code = reason.map(|wanted| {
                    let found = self.breaks.iter().find(|reason| reason.label == wanted || reason.code.to_string() == wanted);
                    found.map(|reason| reason.code).ok_or_else(|| bad("restReason is not one of the reasons"))
                });
                let code = code.transpose()?;
                let wanted = if code.is_some() { Status::Rest } else { Status::NotReady };
                ("channel.notready", with_reason(code), wanted)
            }
            "notReady" => ("channel.notready", with_reason(self.settings.not_ready_reason.map(u64::from)), Status::NotReady),
            "arrange" => {
                self.is_logged_in()?;
                if self.calls.is_empty() {
                    return Err(wrong_state("there is no call to wrap up"));
                }
                ("channel.work", json!({}), Status::Arrange)
            }
            _ => return Err(bad("status is free, rest, arrange, notReady or stopNotReady")),
        };
        self.is_logged_in()?;
        let channel = self.channel.clone();
        self.ask(command, &channel, data, Pending::Until(id.clone(), Effect::Status(wanted)), out);
        Ok(())
    }
}

fn with_reason(code: Option<u64>) -> Value {
    code.map_or_else(|| json!({}), |code| json!({ "reason": { "code": code } }))
}
