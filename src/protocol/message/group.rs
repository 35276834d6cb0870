//! Entries of lists that several messages share.

use crate::protocol::values::{ConnectionDeviceIdType, DeviceIdType};
use crate::protocol::wire::{Text, Time};

group! {
    /// One entry of a list: `ConnectedPartyCallID`, `ConnectedPartyDeviceIDType`, `ConnectedPartyDeviceID`.
    pub struct ConnectedParty<'a> {
        /// Call of this party. `ConnectedPartyCallID`, UINT.
        connected_party_call_id: Option<u32> = "ConnectedPartyCallID" 39;
        /// Kind of this party's device part. Sources disagree about the table; 0 is valid in both. `ConnectedPartyDeviceIDType`,
        /// USHORT.
        connected_party_device_id_type: Option<ConnectionDeviceIdType> = "ConnectedPartyDeviceIDType" 40;
        /// Device part of this party. `ConnectedPartyDeviceID`, STRING, at most 64 bytes.
        connected_party_device_id: Option<Text<'a>> = "ConnectedPartyDeviceID" 41 max 64;
    }
}

group! {
    /// One entry of a list: `CTIClientSignature`, `CTIClientTimestamp`.
    pub struct CtiClient<'a> {
        /// Who handled the call before, or handles the agent. `CTIClientSignature`, STRING, at most 64 bytes.
        cti_client_signature: Option<Text<'a>> = "CTIClientSignature" 23 max 64;
        /// When that client came to the call. `CTIClientTimestamp`, TIME.
        cti_client_timestamp: Option<Time> = "CTIClientTimestamp" 24;
    }
}

group! {
    /// One entry of a list: `ConnectedPartyCallID`, `ConnectedPartyDeviceIDType`, `ConnectedPartyDeviceID`.
    pub struct ResultingParty<'a> {
        /// Call of this party. `ConnectedPartyCallID`, UINT.
        connected_party_call_id: Option<u32> = "ConnectedPartyCallID" 39;
        /// Kind of this party's device part. Sources disagree about the table; 0 is valid in both. `ConnectedPartyDeviceIDType`,
        /// USHORT.
        connected_party_device_id_type: Option<DeviceIdType> = "ConnectedPartyDeviceIDType" 40;
        /// Device part of this party. `ConnectedPartyDeviceID`, STRING, at most 64 bytes.
        connected_party_device_id: Option<Text<'a>> = "ConnectedPartyDeviceID" 41 max 64;
    }
}
