//! bsCallSession: the parameters of a call for a CRM that opens one session for each call.
//!
//! Built once, when the contact is offered, and kept as finished text: whatever happens to the call later, the same bytes
//! are sent again. Which field gives which parameter follows the public description of the template parameters; what
//! that leaves open is marked inferred.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use super::settings::{CallSessionSettings, CallTypeNames, Settings};
use crate::engine::model::{CallType, Contact, EccValue, Name};

/// A parameter's name.
pub type Key = Cow<'static, str>;

/// The frozen parameters of one contact.
#[derive(Clone, Debug)]
pub struct Frozen {
    /// The template's name.
    pub template: Name,
    /// The parameters as finished JSON.
    pub parameters: Box<RawValue>,
    /// When they were taken.
    pub frozen_at: Timestamp,
    /// Whether they were built from snapshots, after the beginning of the call was missed.
    pub is_recovered: bool,
}

impl Frozen {
    /// Takes the parameters now.
    pub fn take(contact: &Contact, settings: &Settings, at: Timestamp) -> Self {
        let parameters = Parameters(parameters(contact, settings));
        // A map of texts always serialises.
        let parameters = serde_json::value::to_raw_value(&parameters).unwrap_or_default();
        Self { template: settings.call_session.template.clone(), parameters, frozen_at: at, is_recovered: contact.is_recovered }
    }
}

/// Whether a CRM is to open a session for the contact: not for the reservation of a campaign call, whose customer call
/// follows, and not for a supervisor's part in a colleague's call, unless the site wants these.
pub const fn opens_session(contact: &Contact, settings: &CallSessionSettings) -> bool {
    match contact.call_type {
        CallType::RESERVATION => settings.for_reservations,
        CallType::SUPERVISOR_MONITOR | CallType::SUPERVISOR_WHISPER | CallType::SUPERVISOR_BARGEIN | CallType::SUPERVISOR_INTERCEPT => {
            settings.for_supervision
        }
        _ => true,
    }
}

/// Why parameters are what they are, kept beside them for support.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The rule that froze them: `offered`, `offeredWithoutPreCall` (the router's data did not come in time), `dialled`, or
    /// `found` (a call that was there before us).
    pub rule: String,
    /// Which message gave which of the call's values.
    #[serde(default)]
    pub given: BTreeMap<String, String>,
}

impl Evidence {
    /// For parameters that are frozen now.
    pub fn of(contact: &Contact, given: BTreeMap<Name, &'static str>) -> Self {
        let is_routed = matches!(contact.call_type, CallType::ACD_IN | CallType::PREROUTE_ACD_IN | CallType::PREROUTE_DIRECT_AGENT);
        let rule = match () {
            () if contact.is_recovered => "found",
            () if contact.is_originator => "dialled",
            () if is_routed && contact.mrd_id.is_none() => "offeredWithoutPreCall",
            () => "offered",
        };
        let given = given.into_iter().map(|(value, message)| (value.into_string(), message.to_owned())).collect();
        Self { rule: rule.to_owned(), given }
    }
}

struct Parameters(Vec<(Key, Name)>);

impl Serialize for Parameters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// What [`Frozen::parameters`] looks like.
pub(crate) struct ParametersSchema;

impl schemars::JsonSchema for ParametersSchema {
    fn schema_name() -> Cow<'static, str> {
        "CallSessionParameters".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let text = "The frozen parameters of a contact for a CRM. What has no value is left out.";
        super::mediabar::data::data_schema(generator.subschema_for::<String>(), text)
    }
}

/// All parameters of a contact that have a value.
pub fn parameters(contact: &Contact, settings: &Settings) -> Vec<(Key, Name)> {
    let derived = Derived::of(contact, settings);
    let mut list: Vec<(Key, Name)> = Vec::with_capacity(24);
    let mut put = |key: Key, value: Option<Name>| {
        if let Some(value) = value.map(clean).filter(|value| !value.is_empty()) {
            list.push((key, value));
        }
    };
    put("callDetails".into(), derived.details);
    put("direction".into(), Some(derived.direction.into()));
    put("number".into(), derived.number);
    put("DNIS".into(), contact.dnis.clone());
    put("dialedNumber".into(), derived.dialed_number);
    put("callType".into(), derived.call_type);
    put("callKeyPrefix".into(), contact.router_key.map(|key| decimal(key.day)));
    put("callKeyCallId".into(), contact.router_key.map(|key| decimal(key.call_id)));
    put("queueName".into(), derived.queue_name);
    put("queueNumber".into(), derived.queue_number);
    for (index, value) in contact.call_variables.iter().enumerate() {
        put(call_variable_key(index), value.clone());
    }
    for (name, value) in &contact.ecc {
        match value {
            EccValue::Scalar(value) => put(ecc_key(name), Some(value.clone())),
            EccValue::Array(elements) => {
                for (index, value) in elements {
                    put(format!("{}[{index}]", ecc_key(name)).into(), Some(value.clone()));
                }
            }
        }
    }
    put("mediaId".into(), Some(derived.media_id));
    put("wrapUpReason".into(), contact.wrapup.clone());
    put("outboundClassification".into(), derived.classification.map(Name::const_new));
    if let Some(record) = derived.record {
        put("crmId".into(), Some(record.crm_id.clone()));
        put("recordType".into(), record.record_type.clone());
    }
    list
}

/// Control characters have no place in a CRM's templates; everything else is data and stays.
fn clean(value: Name) -> Name {
    if value.bytes().any(|byte| byte < b' ') { value.chars().filter(|&c| c >= ' ').collect() } else { value }
}

/// What the surfaces work out from a contact: the same for the frozen parameters and the live data.
#[derive(Clone, Debug)]
pub struct Derived<'a> {
    /// `Incoming` or `Outgoing`.
    pub direction: &'static str,
    /// The participant's number, rewritten by the site's rules.
    pub number: Option<Name>,
    /// Direction word and number.
    pub details: Option<Name>,
    /// The dialled number.
    pub dialed_number: Option<Name>,
    /// Name of the call type.
    pub call_type: Option<Name>,
    /// The queue's id.
    pub queue_number: Option<Name>,
    /// The queue's name.
    pub queue_name: Option<Name>,
    /// Media routing domain.
    pub media_id: Name,
    /// What the agent made of a campaign call.
    pub classification: Option<&'static str>,
    /// The record that was clicked.
    pub record: Option<&'a crate::engine::model::ClickToDial>,
}

impl<'a> Derived<'a> {
    /// Works it out.
    pub fn of(contact: &'a Contact, settings: &Settings) -> Self {
        let is_outgoing = is_outgoing(contact);
        let number = number(contact).map(|number| rewrite(number, &settings.call_session));
        let word = if is_outgoing { &settings.call_session.to_word } else { &settings.call_session.from_word };
        let queue_name = contact
            .skill_group_id
            .and_then(|id| settings.queue_names.get(&id))
            .or_else(|| contact.skill_group_number.and_then(|number| settings.skill_group_names.get(&number)))
            // The site's own names go before those of the CTI Server.
            .or(contact.queue_name.as_ref());
        Self {
            direction: if is_outgoing { "Outgoing" } else { "Incoming" },
            details: number.as_ref().map(|number| compact_str::format_compact!("{word} {number}")),
            number,
            dialed_number: dialed_number(contact).cloned(),
            call_type: call_type(contact, settings.call_session.call_types),
            queue_number: contact.skill_group_id.map(decimal),
            queue_name: queue_name.cloned(),
            // Voice is media routing domain 1 on every Unified CCE.
            media_id: contact.mrd_id.map_or_else(|| Name::const_new("1"), decimal),
            classification: text_ecc(contact, "BAResponse").and_then(|response| classification(response)),
            record: contact.click_to_dial.as_ref().filter(|_| is_outgoing),
        }
    }
}

/// `callVariable1` to `callVariable10`.
pub fn call_variable_key(index: usize) -> Key {
    const KEYS: [&str; 10] = [
        "callVariable1",
        "callVariable2",
        "callVariable3",
        "callVariable4",
        "callVariable5",
        "callVariable6",
        "callVariable7",
        "callVariable8",
        "callVariable9",
        "callVariable10",
    ];
    KEYS.get(index).copied().unwrap_or_default().into()
}

/// A site's own variables are called `user.<name>` already; those of the system get the same prefix (inferred).
pub fn ecc_key(name: &str) -> Key {
    if name.starts_with("user.") { name.to_owned().into() } else { format!("user.{name}").into() }
}

fn decimal(number: u32) -> Name {
    compact_str::ToCompactString::to_compact_string(&number)
}

fn given(value: &Option<Name>) -> Option<&Name> {
    value.as_ref().filter(|value| !value.is_empty())
}

fn text_ecc<'a>(contact: &'a Contact, name: &str) -> Option<&'a Name> {
    let value = contact.ecc.get(name).or_else(|| contact.ecc.get(ecc_key(name).as_ref()))?;
    match value {
        EccValue::Scalar(value) => Some(value).filter(|value| !value.is_empty()),
        EccValue::Array(_) => None,
    }
}

/// The other party: who is called for an outgoing call with one other party, who calls in every other case. The agent of
/// this desktop is not counted, and a far end that has not answered counts as one [inferred].
fn number(contact: &Contact) -> Option<&Name> {
    if is_outgoing(contact) && contact.remote_parties <= 1 { to_address(contact) } else { from_address(contact) }
}

fn from_address(contact: &Contact) -> Option<&Name> {
    if is_outgoing(contact) {
        return Some(&contact.extension).filter(|extension| !extension.is_empty());
    }
    let (ani, device) = (given(&contact.ani), given(&contact.calling_device));
    // Between agents the device is the extension, whatever number the phone shows outside.
    if contact.direction == crate::engine::model::Direction::Internal { device.or(ani) } else { ani.or(device) }
}

fn to_address(contact: &Contact) -> Option<&Name> {
    if is_campaign(contact)
        && let Some(customer) = text_ecc(contact, "BACustomerNumber").or_else(|| given(&contact.customer_number))
    {
        return Some(customer);
    }
    dialed_number(contact).or_else(|| given(&contact.dnis))
}

fn dialed_number(contact: &Contact) -> Option<&Name> {
    if contact.is_originator {
        given(&contact.dial_request).or_else(|| given(&contact.dialed_number)).or_else(|| given(&contact.called_device))
    } else {
        given(&contact.dialed_number)
    }
}

/// Whether the agent calls: placed the call, or was given one that a campaign has placed.
fn is_outgoing(contact: &Contact) -> bool {
    contact.is_originator || is_campaign(contact)
}

/// Whether it is the customer's call of a campaign. Its type says so; or the dialler's status stands at a call that the agent
/// placed or the router gave the agent. What was handed over by a colleague carries the status too, and is a transfer [inferred].
fn is_campaign(contact: &Contact) -> bool {
    match contact.call_type {
        CallType::CUSTOMER_PREVIEW
        | CallType::CUSTOMER_PREVIEW_DIRECT
        | CallType::CUSTOMER_PREDICTIVE
        | CallType::CUSTOMER_CALLBACK
        | CallType::CUSTOMER_PERSONAL
        | CallType::CUSTOMER_IVR => true,
        CallType::AUTO_OUT
        | CallType::OUT
        | CallType::AGENT_OUT
        | CallType::ACD_IN
        | CallType::PREROUTE_ACD_IN
        | CallType::PREROUTE_DIRECT_AGENT => text_ecc(contact, "BAStatus").is_some(),
        _ => contact.is_originator && contact.call_type != CallType::RESERVATION && text_ecc(contact, "BAStatus").is_some(),
    }
}

fn rewrite(number: &Name, settings: &CallSessionSettings) -> Name {
    let rule = settings.number_rules.iter().find_map(|rule| number.strip_prefix(rule.prefix.as_str()).map(|rest| (rule, rest)));
    rule.map_or_else(|| number.clone(), |(rule, rest)| compact_str::format_compact!("{}{rest}", rule.replacement))
}

fn call_type(contact: &Contact, names: CallTypeNames) -> Option<Name> {
    let call_type = contact.call_type;
    if call_type == CallType::NONE || call_type.0 == 0 {
        return None;
    }
    if names == CallTypeNames::Finesse
        && let Some(name) = finesse_call_type(contact)
    {
        return Some(Name::const_new(name));
    }
    Some(call_type.name().map_or_else(|| decimal(call_type.0.into()), |name| name.strip_prefix("CALLTYPE_").unwrap_or(name).into()))
}

/// Where Finesse's names differ from those of the CTI Server. Which reservation gives which name is inferred from the names
/// of the call types.
fn finesse_call_type(contact: &Contact) -> Option<&'static str> {
    Some(match contact.call_type {
        CallType::TRANSFER_IN => "TRANSFER",
        CallType::CONFERENCE | CallType::CONSULT_CONFERENCE => "CONFERENCE",
        CallType::RESERVATION | CallType::PREVIEW | CallType::RESERVATION_PREVIEW => "OUTBOUND_PREVIEW",
        CallType::RESERVATION_PREVIEW_DIRECT => "OUTBOUND_DIRECT_PREVIEW",
        CallType::RESERVATION_CALLBACK | CallType::RESERVATION_PERSONAL_CALLBACK => "OUTBOUND_CALLBACK_PREVIEW",
        CallType::CUSTOMER_PREVIEW
        | CallType::CUSTOMER_PREVIEW_DIRECT
        | CallType::CUSTOMER_PREDICTIVE
        | CallType::CUSTOMER_CALLBACK
        | CallType::CUSTOMER_PERSONAL => "OUTBOUND",
        _ if is_campaign(contact) => "OUTBOUND",
        _ => return None,
    })
}

/// The values published for Unified CCX; those of Unified CCE are not confirmed.
fn classification(response: &str) -> Option<&'static str> {
    Some(match response {
        "REX_VOICE" => "VOICE",
        "REX_FAX" => "FAX",
        "REX_ANS_MACHINE" => "ANS_MACHINE",
        "REX_INVALID" => "INVALID",
        "DO_NOT_CALL" => "DO_NOT_CALL",
        "BUSY" => "BUSY",
        _ => return None,
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::desktop::settings::NumberRule;
    use crate::engine::model::{ClickToDial, Direction, RouterCallKey};

    /// An ACD call to agent 1001 at 3001, as vector T1 of the contract has it.
    pub(crate) fn inbound() -> Contact {
        let mut call_variables: [Option<Name>; 10] = Default::default();
        call_variables[0] = Some("Gold".into());
        Contact {
            call_type: CallType::PREROUTE_ACD_IN,
            direction: Direction::Inbound,
            is_originator: false,
            extension: "3001".into(),
            ani: Some("+41123456789".into()),
            dnis: Some("5000".into()),
            dialed_number: Some("8001".into()),
            customer_number: None,
            calling_device: Some("+41123456789".into()),
            called_device: Some("3001".into()),
            dial_request: None,
            click_to_dial: None,
            router_key: Some(RouterCallKey { day: 152_018, call_id: 217, sequence: 1 }),
            skill_group_id: Some(5022),
            skill_group_number: Some(10),
            queue_name: None,
            mrd_id: Some(1),
            call_variables,
            wrapup: None,
            entered_digits: None,
            ecc: BTreeMap::from([("user.CaseNumber".into(), EccValue::Scalar("40013".into()))]),
            local: BTreeMap::new(),
            remote_parties: 1,
            is_recovered: false,
            first_call: Some((5000, 217)),
        }
    }

    pub(crate) fn outbound(number: &str) -> Contact {
        Contact {
            call_type: CallType::OUT,
            direction: Direction::Outbound,
            is_originator: true,
            ani: Some("3001".into()),
            dnis: None,
            dialed_number: None,
            calling_device: Some("3001".into()),
            called_device: Some(number.into()),
            dial_request: Some(number.into()),
            router_key: None,
            skill_group_id: None,
            skill_group_number: None,
            queue_name: None,
            mrd_id: None,
            call_variables: Default::default(),
            ecc: BTreeMap::new(),
            ..inbound()
        }
    }

    fn map(contact: &Contact) -> BTreeMap<String, String> {
        parameters(contact, &Settings::default()).into_iter().map(|(key, value)| (key.into_owned(), value.into())).collect()
    }

    fn expect(contact: &Contact, pairs: &[(&str, &str)]) {
        let expected: BTreeMap<String, String> = pairs.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect();
        assert_eq!(map(contact), expected);
    }

    #[test]
    fn t1_an_acd_call_gives_every_parameter_that_has_a_value_and_no_other() {
        expect(
            &inbound(),
            &[
                ("direction", "Incoming"),
                ("callDetails", "from +41123456789"),
                ("number", "+41123456789"),
                ("DNIS", "5000"),
                ("dialedNumber", "8001"),
                ("callType", "PREROUTE_ACD_IN"),
                ("callKeyPrefix", "152018"),
                ("callKeyCallId", "217"),
                ("callVariable1", "Gold"),
                ("user.CaseNumber", "40013"),
                ("queueNumber", "5022"),
                ("mediaId", "1"),
            ],
        );
    }

    #[test]
    fn t4_click_to_dial_names_the_record_and_t5_a_dialled_number_does_not() {
        let mut contact = outbound("+41227654321");
        let dialled = [
            ("direction", "Outgoing"),
            ("callDetails", "to +41227654321"),
            ("number", "+41227654321"),
            ("dialedNumber", "+41227654321"),
            ("callType", "OUT"),
            ("mediaId", "1"),
        ];
        contact.dial_request = None;
        expect(&contact, &dialled);
        contact.dial_request = Some("+41227654321".into());
        contact.click_to_dial = Some(ClickToDial { crm_id: "84238a06".into(), record_type: Some("contact".into()) });
        expect(&contact, &[&dialled[..], &[("crmId", "84238a06"), ("recordType", "contact")]].concat());
    }

    #[test]
    fn t6_an_internal_call_is_outgoing_for_one_and_incoming_for_the_other() {
        let caller = Contact { call_type: CallType::AGENT_INSIDE, direction: Direction::Internal, ..outbound("2002") };
        let map_of_caller = map(&caller);
        assert_eq!((map_of_caller["direction"].as_str(), map_of_caller["number"].as_str()), ("Outgoing", "2002"));
        let called = Contact {
            is_originator: false,
            extension: "2002".into(),
            ani: Some("+41440002001".into()),
            calling_device: Some("2001".into()),
            called_device: Some("2002".into()),
            dial_request: None,
            ..caller
        };
        let map_of_called = map(&called);
        assert_eq!((map_of_called["direction"].as_str(), map_of_called["number"].as_str()), ("Incoming", "2001"));
        assert_eq!((map_of_caller["callType"].as_str(), map_of_called["callType"].as_str()), ("AGENT_INSIDE", "AGENT_INSIDE"));
    }

    #[test]
    fn t7_a_withheld_number_leaves_out_number_and_details_only() {
        let contact = Contact { ani: Some("".into()), calling_device: None, ..inbound() };
        let map = map(&contact);
        assert!(!map.contains_key("number") && !map.contains_key("callDetails"));
        assert_eq!((map["DNIS"].as_str(), map["dialedNumber"].as_str()), ("5000", "8001"));
    }

    #[test]
    fn t12_an_outgoing_call_with_two_other_parties_gives_the_callers_address() {
        let contact = Contact { remote_parties: 2, ..outbound("+41227654321") };
        assert_eq!(map(&contact)["number"], "3001");
    }

    #[test]
    fn t14_full_fields_and_other_alphabets_are_passed_on_whole() {
        let mut contact = inbound();
        let full = "ü".repeat(20);
        for variable in &mut contact.call_variables {
            *variable = Some(full.as_str().into());
        }
        contact.ecc.insert("user.long".into(), EccValue::Scalar("x".repeat(2_000).into()));
        contact.ecc.insert("user.list".into(), EccValue::Array(BTreeMap::from([(0, "a\u{1}b".into()), (3, "</script>🚀".into())])));
        contact.ecc.insert("BACampaign".into(), EccValue::Scalar("Spring".into()));
        let frozen = Frozen::take(&contact, &Settings::default(), Timestamp::UNIX_EPOCH);
        let parameters: BTreeMap<String, String> = serde_json::from_str(frozen.parameters.get()).unwrap();
        assert_eq!(parameters["callVariable10"], full);
        assert_eq!(parameters["user.long"].len(), 2_000);
        assert_eq!(parameters["user.list[0]"], "ab", "control characters are removed");
        assert_eq!(parameters["user.list[3]"], "</script>🚀");
        assert_eq!(parameters["user.BACampaign"], "Spring");
    }

    #[test]
    fn t15_a_campaign_call_has_its_type_number_and_classification() {
        let ecc = [("BAStatus", "OO"), ("BACustomerNumber", "+41790000000"), ("BAResponse", "REX_ANS_MACHINE")];
        let contact = Contact {
            call_type: CallType::CUSTOMER_PREDICTIVE,
            ecc: ecc.iter().map(|&(name, value)| (name.into(), EccValue::Scalar(value.into()))).collect(),
            ..outbound("3001")
        };
        let map = map(&contact);
        assert_eq!(map["outboundClassification"], "ANS_MACHINE");
        assert_eq!(map["callType"], "OUTBOUND");
        assert_eq!(map["number"], "+41790000000");
    }

    /// T15: the dialler has called the customer and gives the call to the agent, who calls all the same.
    #[test]
    fn t15_a_campaign_call_that_is_given_to_the_agent_is_outgoing() {
        let given = |ecc: &[(&'static str, &'static str)], change: &dyn Fn(&mut Contact)| {
            let ecc = ecc.iter().map(|&(name, value)| (name.into(), EccValue::Scalar(value.into()))).collect();
            let mut contact = Contact { call_type: CallType::CUSTOMER_PREDICTIVE, ecc, dnis: None, ..inbound() };
            contact.ani = Some("4711".into());
            contact.calling_device = Some("9001".into());
            contact.customer_number = Some("+41790000000".into());
            change(&mut contact);
            map(&contact)
        };
        let told = given(&[("BAResponse", "REX_ANS_MACHINE")], &|_| {});
        assert_eq!((told["direction"].as_str(), told["number"].as_str()), ("Outgoing", "+41790000000"));
        assert_eq!((told["callDetails"].as_str(), told["callType"].as_str()), ("to +41790000000", "OUTBOUND"));
        assert_eq!(told["outboundClassification"], "ANS_MACHINE");
        assert_eq!(given(&[("BACustomerNumber", "+41791111111")], &|_| {})["number"], "+41791111111", "the dialler's own word goes first");
        assert_eq!(given(&[], &|contact| contact.customer_number = None)["number"], "8001", "nothing else is known");
        assert_eq!(given(&[], &|contact| contact.remote_parties = 2)["number"], "3001", "the agent's extension is who calls");
        let routed = given(&[("BAStatus", "OO")], &|contact| contact.call_type = CallType::PREROUTE_ACD_IN);
        assert_eq!((routed["direction"].as_str(), routed["callType"].as_str()), ("Outgoing", "OUTBOUND"));
        for not_the_customers in [CallType::RESERVATION_PREVIEW, CallType::TRANSFER_IN] {
            let told = given(&[("BAStatus", "OO")], &|contact| contact.call_type = not_the_customers);
            assert_eq!((told["direction"].as_str(), told["number"].as_str()), ("Incoming", "4711"), "{not_the_customers}");
        }
    }

    #[test]
    fn empty_values_are_left_out_and_unknown_types_give_their_number() {
        let mut contact = inbound();
        contact.call_variables[2] = Some("".into());
        contact.wrapup = Some("\u{2}".into());
        contact.call_type = CallType(4711);
        let map_with_unknown_type = map(&contact);
        assert!(!map_with_unknown_type.contains_key("callVariable3") && !map_with_unknown_type.contains_key("wrapUpReason"));
        assert_eq!(map_with_unknown_type["callType"], "4711");
        contact.call_type = CallType::NONE;
        assert!(!map(&contact).contains_key("callType"));
    }

    #[test]
    fn a_site_can_change_words_numbers_and_names() {
        let mut settings = Settings::default();
        settings.call_session.from_word = "von".into();
        settings.call_session.number_rules = vec![NumberRule { prefix: "+41".into(), replacement: "0".into() }];
        settings.call_session.call_types = CallTypeNames::Cti;
        settings.queue_names.insert(5022, "Billing".into());
        let contact = Contact { call_type: CallType::TRANSFER_IN, ..inbound() };
        let map: BTreeMap<_, _> = parameters(&contact, &settings).into_iter().collect();
        assert_eq!(map["callDetails"], "von 0123456789");
        assert_eq!(map["number"], "0123456789");
        assert_eq!(map["callType"], "TRANSFER_IN");
        assert_eq!(map["queueName"], "Billing");
    }

    #[test]
    fn reservations_and_supervision_open_a_session_only_where_the_site_wants_it() {
        let mut settings = CallSessionSettings::default();
        let opens = |call_type, settings: &CallSessionSettings| opens_session(&Contact { call_type, ..inbound() }, settings);
        for (reservation, supervision) in [(false, false), (true, false), (false, true)] {
            (settings.for_reservations, settings.for_supervision) = (reservation, supervision);
            assert_eq!(opens(CallType::RESERVATION, &settings), reservation);
            assert_eq!(opens(CallType::SUPERVISOR_MONITOR, &settings), supervision);
            assert!(opens(CallType::PREROUTE_ACD_IN, &settings));
        }
    }

    #[test]
    fn the_rule_that_froze_is_kept() {
        let rule = |contact: &Contact| Evidence::of(contact, BTreeMap::from([("ANI".into(), "BEGIN_CALL_EVENT")])).rule;
        assert_eq!(rule(&inbound()), "offered");
        assert_eq!(rule(&Contact { mrd_id: None, ..inbound() }), "offeredWithoutPreCall");
        assert_eq!(rule(&outbound("1")), "dialled");
        assert_eq!(rule(&Contact { is_recovered: true, ..outbound("1") }), "found");
    }

    #[test]
    fn a_transferred_call_is_called_so() {
        assert_eq!(map(&Contact { call_type: CallType::TRANSFER_IN, ..inbound() })["callType"], "TRANSFER");
    }
}
