//! Departments of agents, on the wire.

use ctibridge::protocol::masks::ServiceMask;
use ctibridge::protocol::message::QueryAgentStateReq;
use serde_json::json;

use crate::client::{Client, bridge_services, open_req};
use crate::control::post;
use crate::{decoded, settings, start};

#[tokio::test]
async fn every_message_that_has_a_department_names_the_agents_own() {
    let mut settings = settings();
    settings.world.departments = vec![7, 8, 0];
    let running = start(settings).await;
    for (version, told) in [(24, [7, 8, 0, 7]), (18, [0; 4])] {
        let mut client = Client::connect(running.side_a, version).await;
        client.send(open_req(version, bridge_services())).await;
        client.expect("OPEN_CONF").await;
        let team = client.expect("AGENT_TEAM_CONFIG_EVENT").await;
        assert_eq!(decoded!(client, team, AgentTeamConfigEvent).department_id, told[0], "the supervisor's");
        client.expect("SYSTEM_EVENT").await;
        for (at, department) in told.into_iter().enumerate() {
            let id = (1001 + at).to_string();
            let question = QueryAgentStateReq {
                invoke_id: client.next_invoke(),
                peripheral_id: 5000,
                agent_id: Some(id.clone().into()),
                ..QueryAgentStateReq::default()
            };
            let answer = client.done(question, "QUERY_AGENT_STATE_CONF").await;
            assert_eq!(decoded!(client, answer, QueryAgentStateConf).department_id, department, "{id} is asked about");
            let path = format!("/agents/{id}");
            assert_eq!(post(&running, &path, json!({ "state": "LOGIN" })).await.0, 200);
            let event = client.expect("AGENT_STATE_EVENT").await;
            assert_eq!(decoded!(client, event, AgentStateEvent).department_id, department, "{id} signs in");
            let mut desk = Client::connect(running.side_a, version).await;
            let mut open = open_req(version, ServiceMask::CLIENT_EVENTS);
            open.agent_extension = Some((3001 + at).to_string().into());
            desk.send(open).await;
            let opened = desk.expect("OPEN_CONF").await;
            assert_eq!(decoded!(desk, opened, OpenConf).department_id, department, "{id} opens a session");
            assert_eq!(post(&running, &path, json!({ "state": "LOGOUT" })).await.0, 200);
            client.said().await;
        }
    }
    running.shutdown().await;
}
