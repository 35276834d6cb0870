//! From the bytes of a captured packet to its TCP segment.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// A TCP segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment<'a> {
    /// Who sent it.
    pub source: SocketAddr,
    /// To whom.
    pub destination: SocketAddr,
    /// Sequence number of its first byte (of the SYN itself, if it is one).
    pub sequence: u32,
    /// Opens the connection.
    pub is_syn: bool,
    /// Ends this direction.
    pub is_fin: bool,
    /// Ends the connection at once.
    pub is_reset: bool,
    /// The data, as much of it as was captured.
    pub payload: &'a [u8],
    /// Bytes of data that were on the wire but not captured.
    pub missing: usize,
}

/// The TCP segment in a packet of link type `link`; `None` for everything else. Fragments are not put together: the CTI
/// protocol's messages are far smaller than what a path would fragment.
pub fn tcp_segment(link: u32, data: &[u8]) -> Option<Segment<'_>> {
    const NULL: u32 = 0;
    const ETHERNET: u32 = 1;
    const RAW: [u32; 3] = [12, 14, 101];
    const LOOP: u32 = 108;
    const LINUX_COOKED: u32 = 113;
    const IPV4: u32 = 228;
    const IPV6: u32 = 229;
    const LINUX_COOKED_2: u32 = 276;
    match link {
        ETHERNET => behind_ether_type(data.get(12..)?),
        LINUX_COOKED => behind_ether_type(data.get(14..)?),
        LINUX_COOKED_2 => ip(data.get(20..)?),
        NULL | LOOP => ip(data.get(4..)?),
        IPV4 | IPV6 => ip(data),
        link if RAW.contains(&link) => ip(data),
        _ => None,
    }
}

/// `data` begins with an EtherType; VLAN tags are passed over.
fn behind_ether_type(mut data: &[u8]) -> Option<Segment<'_>> {
    loop {
        let (kind, rest) = data.split_first_chunk()?;
        match u16::from_be_bytes(*kind) {
            0x0800 | 0x86dd => return ip(rest),
            0x8100 | 0x88a8 | 0x9100 => data = rest.get(2..)?,
            _ => return None,
        }
    }
}

fn ip(data: &[u8]) -> Option<Segment<'_>> {
    match data.first()? >> 4 {
        4 => ipv4(data),
        6 => ipv6(data),
        _ => None,
    }
}

const TCP: u8 = 6;

fn ipv4(data: &[u8]) -> Option<Segment<'_>> {
    let header = data.first_chunk::<20>()?;
    let [version, _, t0, t1, _, _, f0, f1, _, protocol, _, _, s0, s1, s2, s3, d0, d1, d2, d3] = *header;
    let header_length = usize::from(version & 0xf) * 4;
    let is_fragment = u16::from_be_bytes([f0, f1]) & 0x3fff != 0;
    if protocol != TCP || is_fragment || header_length < 20 {
        return None;
    }
    // Zero where the sender's network card cuts the segments (offloading): then the packet is as long as captured.
    let total = match usize::from(u16::from_be_bytes([t0, t1])) {
        0 => data.len(),
        total => total,
    };
    let length = total.checked_sub(header_length)?;
    let (source, destination) = (Ipv4Addr::new(s0, s1, s2, s3), Ipv4Addr::new(d0, d1, d2, d3));
    tcp(source.into(), destination.into(), data.get(header_length..)?, length)
}

fn ipv6(data: &[u8]) -> Option<Segment<'_>> {
    let (header, mut rest) = data.split_first_chunk::<40>()?;
    let address = |at: usize| header.get(at..at + 16).and_then(<[u8]>::first_chunk::<16>).map(|bytes| Ipv6Addr::from(*bytes));
    let (source, destination) = (address(8)?, address(24)?);
    let mut length = usize::from(u16::from_be_bytes([*header.get(4)?, *header.get(5)?]));
    if length == 0 {
        length = rest.len();
    }
    let mut next = *header.get(6)?;
    loop {
        let size = match next {
            TCP => return tcp(source.into(), destination.into(), rest, length),
            0 | 43 | 60 => (usize::from(*rest.get(1)?) + 1) * 8,
            51 => (usize::from(*rest.get(1)?) + 2) * 4,
            _ => return None,
        };
        next = *rest.first()?;
        rest = rest.get(size..)?;
        length = length.checked_sub(size)?;
    }
}

/// `length` is that of the segment on the wire; `data` may be shorter (cut when captured) or longer (padded).
fn tcp(source: IpAddr, destination: IpAddr, data: &[u8], length: usize) -> Option<Segment<'_>> {
    let data = data.get(..length).unwrap_or(data);
    let [s0, s1, d0, d1, q0, q1, q2, q3, _, _, _, _, offset, flags, ..] = *data.first_chunk::<20>()?;
    let header_length = usize::from(offset >> 4) * 4;
    let payload_length = length.checked_sub(header_length)?;
    let payload = data.get(header_length..).unwrap_or_default();
    Some(Segment {
        source: SocketAddr::new(source, u16::from_be_bytes([s0, s1])),
        destination: SocketAddr::new(destination, u16::from_be_bytes([d0, d1])),
        sequence: u32::from_be_bytes([q0, q1, q2, q3]),
        is_fin: flags & 0x01 != 0,
        is_syn: flags & 0x02 != 0,
        is_reset: flags & 0x04 != 0,
        payload,
        missing: payload_length.saturating_sub(payload.len()),
    })
}
