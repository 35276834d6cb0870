//! One message of any type and version: typed and generic decoding, the checks of a server, and that what the typed codec
//! writes is read again as the same message.
#![no_main]

use bytes::{Bytes, BytesMut};
use ctibridge::protocol::check::{Profile, client_frame};
use ctibridge::protocol::frame::HEADER_LEN;
use ctibridge::protocol::message::SPECS;
use ctibridge::protocol::wire::Context;
use ctibridge::protocol::{GenericMessage, Message, ProtocolVersion, RawFrame};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let [version, number, body @ ..] = data else { return };
    let version = ProtocolVersion::new(9 + u32::from(*version) % 17).expect("9 to 25");
    let number = SPECS.get(usize::from(*number)).map_or(u32::from(*number) + 1000, |spec| spec.number);
    let frame = RawFrame { number, body: Bytes::copy_from_slice(body) };

    if let Ok(generic) = GenericMessage::decode(number, &frame.body, version) {
        let mut bytes = BytesMut::new();
        generic.encode(&mut bytes);
        assert_eq!(bytes[HEADER_LEN..], frame.body);
        let mut last = 0;
        generic.for_each_defect(|defect| {
            assert!(defect.offset >= last, "defects come in the order of the bytes");
            last = defect.offset;
        });
    }
    for profile in [Profile::Field, Profile::Strict] {
        let _ = client_frame(&frame, version, profile);
    }

    let mut context = Context::new(version);
    let Ok(message) = Message::decode(&frame, &mut context) else { return };
    if message.spec().is_none() {
        return;
    }
    let Ok(bytes) = message.to_bytes(version) else { return };
    let again = RawFrame { number, body: bytes.slice(HEADER_LEN..) };
    let mut context = Context::new(version);
    let reread = Message::decode(&again, &mut context).expect("what we write can be read");
    assert_eq!(context.skipped, Default::default());
    // Fields that the version lacks are not written, so the second writing is the one to be stable.
    assert_eq!(reread.to_bytes(version).expect("written before"), bytes);
});
