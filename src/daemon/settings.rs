//! From the checked configuration to each room's settings: the only place that knows both.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::config::Config;
use crate::config::check::TokenKeys;
use crate::config::raw::{self, CallTypes};
use crate::config::scenario;
use crate::config::simulator::{ClientLost, Profile, SimulatorConfig};
use crate::protocol::masks::CallVariableMask;
use crate::protocol::message::RegisterVariablesReq;
use crate::protocol::wire::{NamedArray, NamedVariable};
use crate::{auth, desktop, engine, history, http, link, simulator};

/// Why a checked configuration still does not fit a room: always a mistake of ours.
#[derive(Debug, thiserror::Error)]
#[error("the configuration was checked, but its {0} is not understood")]
pub struct Unfit(&'static str);

/// The link's settings.
///
/// # Errors
/// The check and the link disagree about addresses or versions.
pub fn link(config: &Config) -> Result<link::Settings, Unfit> {
    let cti = &config.cti;
    let endpoint = |address: &crate::config::HostPort| address.to_string().parse().map_err(|_| Unfit("cti.side_a or cti.side_b"));
    Ok(link::Settings {
        side_a: endpoint(&cti.side_a)?,
        side_b: cti.side_b.as_ref().map(endpoint).transpose()?,
        client_id: cti.client_id.clone(),
        client_password: cti.client_password.expose().to_owned().into(),
        client_signature: cti.client_signature.clone(),
        protocol_version: crate::protocol::ProtocolVersion::new(cti.protocol_version.into()).ok_or(Unfit("cti.protocol_version"))?,
        heartbeat_interval: cti.heartbeat_interval,
        request_timeout: cti.request_timeout,
        connect_timeout: cti.connect_timeout,
        open_timeout: cti.open_timeout,
        max_frame: cti.max_frame,
        peripheral_id: cti.peripheral_id,
        configuration: cti.configuration,
        probe_interval: cti.probe_interval,
        probe_timeout: cti.probe_timeout,
        switch_when_stuck: cti.switch_when_stuck,
        tls: cti.tls.as_ref().map(|tls| link::Tls {
            config: Arc::clone(&tls.config),
            server_name_a: tls.server_name_a.clone(),
            server_name_b: tls.server_name_b.clone(),
            handshake_timeout: tls.handshake_timeout,
        }),
        ..link::Settings::default()
    })
}

/// The request that asks for the configured ECC variables; all call variables are wanted in any case.
pub fn registration(config: &Config) -> Option<RegisterVariablesReq<'static>> {
    let names = &config.cti.register_variables;
    // Those of the dialler (BAStatus …) have no prefix.
    let is_full = |name: &str| name.starts_with("user.") || name.starts_with("BA");
    let full = |name: &str| if is_full(name) { name.to_owned() } else { format!("user.{name}") };
    let (arrays, scalars): (Vec<_>, Vec<_>) = names.iter().partition(|name| name.ends_with("[]"));
    let scalar = |name: &String| NamedVariable { name: full(name).into(), value: String::new().into() };
    let array = |name: &String| NamedArray { index: 0, name: full(name.trim_end_matches("[]")).into(), value: String::new().into() };
    (!names.is_empty()).then(|| RegisterVariablesReq {
        call_variable_mask: CallVariableMask::all(),
        named_variables: scalars.into_iter().map(scalar).collect(),
        named_arrays: arrays.into_iter().map(array).collect(),
        ..RegisterVariablesReq::default()
    })
}

/// The engine's settings.
pub fn engine(config: &Config) -> engine::Settings {
    let bar = &config.mediabar;
    engine::Settings {
        peripheral_id: config.cti.peripheral_id,
        auto_complete: bar.auto_complete,
        dial_when_ready: bar.dial_when_ready,
        reject_destination: bar.reject_destination.as_deref().map(Into::into),
        freeze_wait: bar.freeze_wait.0,
        has_dispositions: !bar.dispositions.is_empty(),
        command_timeout: config.cti.request_timeout,
        ..engine::Settings::default()
    }
}

/// What the session history goes by.
pub fn history(config: &Config) -> history::ledger::Settings {
    history::ledger::Settings {
        acw_detect: config.history.acw_detect.0,
        queue_limit: config.history.queue_limit.0,
        queue_entry_variable: Some(config.history.queue_entry_variable.clone()).filter(|name| !name.is_empty()),
        break_reasons: config.mediabar.not_ready_reasons.iter().map(|reason| reason.code).collect(),
    }
}

/// Who is told what happens.
///
/// # Errors
/// The check and the history disagree about the names of events.
pub fn receivers(config: &Config) -> Result<history::webhook::Receivers, Unfit> {
    let hook = |hook: &crate::config::webhooks::Webhook| {
        let kind = |event: &_| history::ledger::NoticeKind::parse(&format!("{event:?}")).ok_or(Unfit("webhooks.events"));
        Ok(history::webhook::Hook {
            name: hook.name.clone(),
            url: hook.url.clone(),
            events: hook.events.iter().map(kind).collect::<Result<_, Unfit>>()?,
            secret: hook.secret.as_ref().map(|secret| history::webhook::Secret::new(secret.expose().to_owned().into())),
            timeout: hook.timeout,
            max_attempts: hook.max_attempts,
            first_pause: hook.first_pause,
            longest_pause: hook.longest_pause,
        })
    };
    let hooks = config.webhooks.iter().map(hook).collect::<Result<_, Unfit>>()?;
    Ok(history::webhook::Receivers::new(hooks, config.history.company_id))
}

/// The recorder that keeps the audio, if there is one.
pub fn recorder(config: &Config) -> Option<history::connector::Settings> {
    let credentials = config.history.recorder_credentials_file.as_ref().map(PathBuf::from);
    let pattern = Some(config.history.recorder_url.clone()).filter(|url| !url.is_empty())?;
    Some(history::connector::Settings { pattern, credentials })
}

/// Names of the reasons of NOT_READY by their code.
pub fn reason_names(config: &Config) -> BTreeMap<u16, String> {
    config.mediabar.not_ready_reasons.iter().map(|reason| (reason.code, reason.label.clone())).collect()
}

/// Protection of the desktops' port; `max_files` of them may be its connections.
pub fn http(config: &Config, max_files: usize) -> http::Limits {
    let config = &config.http;
    http::Limits { port: "desktops", max_connections: config.max_connections, header_timeout: config.header_timeout, max_files }
}

/// Proxies whose word about their clients counts.
pub fn proxies(config: &Config) -> http::TrustedProxies {
    http::TrustedProxies::new(config.http.trusted_proxies.iter().copied())
}

/// TLS of the desktops' port.
pub fn tls(config: &Config) -> Option<http::TlsSettings> {
    config.http.tls.as_ref().map(|tls| http::TlsSettings {
        certificate: tls.certificate.clone(),
        key: tls.key.clone(),
        min_version: tls.min_version,
        max_handshakes: tls.max_handshakes,
    })
}

/// Protection of REST.
pub fn api(config: &Config) -> http::api::ApiLimits {
    http::api::ApiLimits {
        requests_per_second: config.http.requests_per_second,
        burst: config.http.burst,
        failures_per_client: count(config.mediabar.limits.failed_logins_per_agent),
        failures_per_address: count(config.mediabar.limits.failed_logins_per_address),
    }
}

/// Who vouches for whom.
pub fn auth(config: &Config) -> auth::authority::Settings {
    let auth = &config.auth;
    let issuer = auth.token.as_ref().map(|token| {
        let keys = match &token.keys {
            TokenKeys::Jwks(path) => auth::token::KeySource::Jwks(path.clone()),
            TokenKeys::PublicKey(path) => auth::token::KeySource::PublicKey(path.clone()),
            TokenKeys::Secret(path) => auth::token::KeySource::Secret(path.clone()),
        };
        let rules = auth::token::Rules {
            issuer: token.issuer.clone(),
            audience: token.audience.clone(),
            skew: jiff::SignedDuration::try_from(token.clock_skew).unwrap_or(jiff::SignedDuration::ZERO),
            agent_claim: token.agent_claim.clone(),
            roles_claim: token.roles_claim.clone(),
            team_claim: token.team_claim.clone(),
        };
        (keys, rules)
    });
    auth::authority::Settings {
        mode: mode(config),
        users: auth.users_file.clone(),
        clients: auth.clients_file.clone(),
        agent_passwords: auth.agent_password_file.clone(),
        issuer,
        single_use: auth.token.as_ref().is_some_and(|token| token.single_use),
    }
}

fn mode(config: &Config) -> auth::Mode {
    match config.auth.mode {
        raw::AuthMode::Cti => auth::Mode::Cti,
        raw::AuthMode::Users => auth::Mode::Users,
        raw::AuthMode::Token => auth::Mode::Token,
    }
}

/// What pages may do.
pub fn policy(config: &Config) -> http::Policy {
    http::Policy {
        frame_ancestors: config.http.frame_ancestors.clone(),
        cif_library: config.http.cif_library.clone(),
        card_variables: config.mediabar.card_variables.clone(),
        mask_digits: config.mediabar.mask_digits,
    }
}

/// The simulator's settings.
pub fn simulator(config: &SimulatorConfig) -> simulator::Settings {
    let world = &config.world;
    let defaults = simulator::Settings::default();
    let text = |password: &crate::config::value::Password| password.expose().to_owned();
    simulator::Settings {
        side_a: config.side_a,
        side_b: config.side_b,
        control: config.control,
        world: simulator::WorldSettings {
            agents: world.agents,
            agent_password: world.agent_password.as_ref().map_or(defaults.world.agent_password, text),
            ring_no_answer: world.ring_no_answer.0,
            wrap_up: world.wrap_up.0,
            far_end_answers: world.far_end_answers.0,
            failed_call_clears: world.failed_call_clears.0,
            client_lost: match world.client_lost {
                ClientLost::Stay => simulator::ClientLost::Stay,
                ClientLost::NotReady => simulator::ClientLost::NotReady,
                ClientLost::Logout => simulator::ClientLost::Logout,
            },
            client_lost_after: world.client_lost_after.0,
            bridge_lost_after: world.bridge_lost_after.map(|after| after.0),
            variable_map: std::array::from_fn(|at| world.call_variable_map.as_bytes().get(at) == Some(&b'y')),
            ecc_variables: world.ecc_variables.clone(),
            assist_by_conference: world.assist_by_conference,
            blind_transfer: world.blind_transfer,
            assist_number: world.assist_number.clone(),
            logout_after: world.logout_after.map(|after| after.0),
            announced_call_expected: world.announced_call_expected.0,
            half_hour_events: world.half_hour_events,
            record_calls: world.record_calls,
            departments: world.departments.clone(),
            ..simulator::WorldSettings::default()
        },
        profile: match config.profile {
            Profile::Field => simulator::Profile::Field,
            Profile::Strict => simulator::Profile::Strict,
        },
        client_password: config.client_password.as_ref().map(text),
        tls: config.tls.clone().map(simulator::TlsServer),
        switch_delay: world.switch_delay.0,
        freeze_delay: world.freeze_delay.0,
        keep_calling: config.calls.every.map(|every| simulator::KeepCalling { every: every.0, seed: config.calls.seed }),
        ..simulator::Settings::default()
    }
}

/// A scenario's settings.
pub fn scenario(scenario: &scenario::Scenario) -> simulator::ScenarioSettings {
    use simulator::scenario::{Arrivals, Between, Habits};
    let between = |(low, high): scenario::Range| Between(low, high);
    let arrivals = |group: &scenario::Arrivals| Arrivals {
        from: group.from,
        to: group.to,
        per_hour: group.per_hour,
        dialed_number: group.dialed_number.clone(),
        skill_group: group.skill_group,
        caller_prefix: group.caller_prefix.clone(),
        talk: between(group.talk),
        patience: between(group.patience),
        queue: between(group.queue),
        call_variables: group.call_variables.clone(),
        ecc_variables: group.ecc_variables.clone(),
    };
    let habits = |group: &scenario::Agents| Habits {
        first: group.first,
        count: group.count,
        login: group.login,
        logout: group.logout,
        answer_delay: between(group.answer_delay),
        no_answer_share: group.no_answer_share,
        hold_share: group.hold_share,
        hold: between(group.hold),
        consult_share: group.consult_share,
        consult: between(group.consult),
        transfer_share: group.transfer_share,
        conference_share: group.conference_share,
        wrap_up: between(group.wrap_up),
        break_every: between(group.break_every),
        break_time: between(group.break_time),
        break_reason: group.break_reason,
        outbound_per_hour: group.outbound_per_hour,
        outbound_talk: between(group.outbound_talk),
        outbound_busy_share: group.outbound_busy_share,
    };
    simulator::ScenarioSettings {
        seed: scenario.seed,
        start: scenario.start,
        end: scenario.end,
        repeat: scenario.repeat,
        speed: scenario.speed,
        arrivals: scenario.arrivals.iter().map(arrivals).collect(),
        agents: scenario.agents.iter().map(habits).collect(),
    }
}

/// The desktops' settings; `machine` are the names that the machine has itself.
pub fn desktop(config: &Config, machine: Vec<String>) -> desktop::Settings {
    let bar = &config.mediabar;
    let limits = &bar.limits;
    desktop::Settings {
        session_name: config.cti.name.as_str().into(),
        session_grace: bar.session_grace.0,
        logout_on_grace_end: bar.logout_on_grace_end,
        allowed_origins: config.http.allowed_origins.clone(),
        own_names: std::iter::once(config.http.listen.host.clone())
            .chain(config.http.public_names.iter().cloned())
            .chain(machine)
            .collect(),
        require_origin: config.http.require_origin,
        auth: mode(config),
        // Elsewhere the user's roles say it.
        acd_names_supervisors: mode(config) == auth::Mode::Cti,
        limits: desktop::settings::Limits {
            sockets: limits.sockets,
            sockets_per_address: limits.sockets_per_address,
            message_bytes: limits.frame.0,
            requests_per_second: limits.requests_per_second,
            request_burst: limits.burst,
            failed_logins_per_agent: count(limits.failed_logins_per_agent),
            failed_logins_per_address: count(limits.failed_logins_per_address),
            outbox_messages: limits.outbox_messages,
            outbox_bytes: limits.outbox_bytes.0,
            replay_events: limits.replay_events,
            replay_memory: limits.replay_memory.0,
            login_timeout: limits.login_timeout.0,
            ping_interval: limits.ping_interval.0,
            write_timeout: limits.write_timeout.0,
        },
        directory: bar.directory.iter().map(category).collect(),
        dispositions: bar.dispositions.iter().zip(1..).map(|(item, place)| disposition(item, place)).collect(),
        not_ready_reasons: bar.not_ready_reasons.iter().map(reason).collect(),
        logout_reasons: bar.logout_reasons.iter().map(reason).collect(),
        queue_names: bar.queues.iter().map(|queue| (queue.id, queue.name.as_str().into())).collect(),
        skill_group_names: bar.skill_groups.iter().map(|group| (group.number, group.name.as_str().into())).collect(),
        call_session: desktop::settings::CallSessionSettings {
            template: bar.call_session.template.as_str().into(),
            to_word: bar.call_session.to_word.as_str().into(),
            from_word: bar.call_session.from_word.as_str().into(),
            call_types: match bar.call_session.call_types {
                CallTypes::Cti => desktop::settings::CallTypeNames::Cti,
                CallTypes::Finesse => desktop::settings::CallTypeNames::Finesse,
            },
            number_rules: bar.call_session.number_rules.iter().map(number_rule).collect(),
        },
        debug_context: bar.debug_context,
        ask_outbound_skill: bar.ask_outbound_skill,
        accept_already_logged_in: config.auth.accept_already_logged_in,
        tccc: desktop::tccc::Settings {
            skill_groups: bar.skill_groups.iter().filter_map(|group| Some((group.number.to_string(), group.dial.clone()?))).collect(),
            remark: bar.tccc.remark.clone(),
            ivr_path: bar.tccc.ivr_path.clone(),
            not_ready_reason: bar.tccc.not_ready_reason,
        },
        ..desktop::Settings::default()
    }
}

fn count(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn category(category: &raw::Category) -> desktop::settings::DirectoryCategory {
    let entry = |entry: &raw::Entry| desktop::settings::DirectoryEntry { name: entry.name.clone(), number: entry.number.clone() };
    desktop::settings::DirectoryCategory { name: category.name.clone(), entries: category.entries.iter().map(entry).collect() }
}

fn disposition(item: &raw::Disposition, place: i64) -> desktop::settings::DispositionItem {
    desktop::settings::DispositionItem {
        id: item.id,
        name: item.name.clone(),
        priority: item.priority.map_or(place, i64::from),
        is_preview_disposition: item.preview,
    }
}

fn reason(reason: &raw::Reason) -> desktop::settings::Reason {
    desktop::settings::Reason { code: reason.code, label: reason.label.clone() }
}

fn number_rule(rule: &raw::NumberRule) -> desktop::settings::NumberRule {
    desktop::settings::NumberRule { prefix: rule.prefix.clone(), replacement: rule.replacement.clone() }
}
