//! The subcommands `decode` and `encode`, from parsed options to written lines.

use std::io::{self, BufRead, Read, Write};

use bytes::BytesMut;
use jiff::Timestamp;
use thiserror::Error;

use super::filter::{Filter, passes};
use super::hex::{HexText, to_hex};
use super::input::{InputKind, RECOGNISED_BY, read_at_least, recognise};
use super::json::{Defect, Encodable, Line, LineError, Origin, read_line, version_in};
use super::packet::tcp_segment;
use super::pcap::{PcapError, PcapReader};
use super::reassembly::{Captured, Reassembler, Settings};
use super::stream::{FrameCutter, Piece, SessionVersion};
use super::text::{TextStyle, write_defect, write_message};
use crate::protocol::frame::{DEFAULT_MAX_FRAME, HEADER_LEN};
use crate::protocol::{DecodeErrorKind, GenericMessage, ProtocolVersion, RawFrame};

/// How `decode` writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    #[default]
    Json,
    /// Readable text.
    Text,
}

/// What `decode` is told.
#[derive(Clone, Debug)]
pub struct DecodeOptions {
    /// How to write.
    pub format: Format,
    /// The version of all frames; `None`: learnt from `OPEN_REQ`, before that from a comment of hex text, else 24.
    pub protocol_version: Option<ProtocolVersion>,
    /// Which messages to write; none: all. Frames that cannot be taken apart are always reported.
    pub filters: Vec<Filter>,
    /// Whether passwords stand in the text format.
    pub show_secrets: bool,
    /// Whether passwords are left out of JSON too, which holds them otherwise because it is lossless; `encode` refuses such
    /// lines.
    pub hide_secrets: bool,
    /// For captures: the port of the server, besides the default ones.
    pub server_port: Option<u16>,
    /// Longest frame accepted, in bytes, header included.
    pub max_frame: usize,
}

impl Default for DecodeOptions {
    fn default() -> Self {
        Self {
            format: Format::Json,
            protocol_version: None,
            filters: Vec::new(),
            show_secrets: false,
            hide_secrets: false,
            server_port: None,
            max_frame: DEFAULT_MAX_FRAME,
        }
    }
}

/// What `encode` is told.
#[derive(Clone, Copy, Debug, Default)]
pub struct EncodeOptions {
    /// The version to write; `None`: learnt from `OPEN_REQ`, else 24.
    pub protocol_version: Option<ProtocolVersion>,
    /// Whether to write hex text, one frame a line, instead of the bytes.
    pub hex: bool,
}

/// How it went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Messages written.
    pub messages: u64,
    /// Defects met: broken frames and messages, or lines that could not be encoded.
    pub defects: u64,
}

impl Summary {
    /// 0, or 2 if the input was bad anywhere.
    pub const fn exit_code(&self) -> u8 {
        if self.defects == 0 { 0 } else { 2 }
    }
}

/// Why a run ended early.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CaptureError {
    /// The input cannot be read.
    #[error("cannot read the input")]
    Input(#[source] io::Error),
    /// The output cannot be written. A reader that went away is not an error.
    #[error("cannot write the output")]
    Output(#[source] io::Error),
}

/// How much is read at a time.
const PIECE: usize = 64 * 1024;

/// Ends a run: nobody reads the output any more.
enum Stop {
    ReaderGone,
    Failed(CaptureError),
}

impl Stop {
    fn output(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe { Self::ReaderGone } else { Self::Failed(CaptureError::Output(error)) }
    }

    const fn input(error: io::Error) -> Self {
        Self::Failed(CaptureError::Input(error))
    }
}

fn finish(result: Result<(), Stop>, summary: Summary) -> Result<Summary, CaptureError> {
    match result {
        Ok(()) | Err(Stop::ReaderGone) => Ok(summary),
        Err(Stop::Failed(error)) => Err(error),
    }
}

/// Whether JSON goes without passwords. Shown to a person they are hidden unless asked for; what goes to a file or to a
/// program is lossless, since `encode` could not restore the bytes otherwise, unless it was asked to be without.
pub const fn hides_secrets(show_secrets: bool, hide_secrets: bool, is_terminal: bool) -> bool {
    hide_secrets || (is_terminal && !show_secrets)
}

/// Writes what a recording holds. Needs the same memory for every size of input.
///
/// # Errors
/// [`CaptureError`] if input or output fail. Bad bytes are no error of the run: they are reported in the output and
/// counted in the [`Summary`].
pub fn decode(options: &DecodeOptions, mut input: impl Read, output: impl Write) -> Result<Summary, CaptureError> {
    let mut printer = Printer { options, output, summary: Summary::default(), line: Vec::new(), text: String::new() };
    let result = decode_input(options, &mut input, &mut printer).and_then(|()| printer.output.flush().map_err(Stop::output));
    finish(result, printer.summary)
}

fn decode_input<W: Write>(options: &DecodeOptions, input: &mut impl Read, printer: &mut Printer<'_, W>) -> Result<(), Stop> {
    let mut buffer = vec![0; PIECE];
    let filled = read_at_least(input, &mut buffer, RECOGNISED_BY).map_err(Stop::input)?;
    buffer.truncate(filled);
    match recognise(&buffer) {
        InputKind::Binary => decode_stream(options, &mut Binary, buffer, input, printer),
        InputKind::HexText => decode_stream(options, &mut HexText::default(), buffer, input, printer),
        InputKind::Pcap | InputKind::PcapNg => decode_capture(options, PcapReader::new(io::Cursor::new(buffer).chain(input)), printer),
    }
}

fn decode_capture<W: Write>(options: &DecodeOptions, mut packets: PcapReader<impl Read>, printer: &mut Printer<'_, W>) -> Result<(), Stop> {
    let DecodeOptions { server_port, protocol_version, max_frame, .. } = *options;
    let mut reassembler = Reassembler::new(Settings { server_port, protocol_version, max_frame });
    let mut last = Timestamp::UNIX_EPOCH;
    let damage = loop {
        match packets.next_packet() {
            Ok(Some(packet)) => {
                last = packet.at;
                if let Some(segment) = tcp_segment(packet.link, &packet.data) {
                    reassembler.handle(packet.at, &segment);
                }
            }
            Ok(None) => break None,
            Err(PcapError::Io(error)) => return Err(Stop::input(error)),
            Err(PcapError::Truncated { offset }) => break Some((DecodeErrorKind::FrameTruncated, offset)),
            Err(PcapError::Damaged { offset }) => break Some((DecodeErrorKind::BadValue, offset)),
        }
        printer.captured(&mut reassembler)?;
    };
    reassembler.finish(last);
    printer.captured(&mut reassembler)?;
    damage.map_or(Ok(()), |(kind, offset)| printer.defect(None, &Defect { kind, number: None, field: None, offset }, None))
}

/// Turns pieces of a file into bytes of the stream.
trait Encoding {
    /// Appends the bytes; an error says where in the file the encoding is broken, and reading ends there.
    fn read(&mut self, piece: &[u8], out: &mut Vec<u8>) -> Result<(), u64>;
    fn finish(&mut self) -> Result<(), u64>;
    /// The protocol version that the file tells beside its bytes.
    fn version(&self) -> Option<u32> {
        None
    }
}

struct Binary;

impl Encoding for Binary {
    fn read(&mut self, piece: &[u8], out: &mut Vec<u8>) -> Result<(), u64> {
        out.extend_from_slice(piece);
        Ok(())
    }

    fn finish(&mut self) -> Result<(), u64> {
        Ok(())
    }
}

impl Encoding for HexText {
    fn read(&mut self, piece: &[u8], out: &mut Vec<u8>) -> Result<(), u64> {
        Self::read(self, piece, out).map_err(|error| error.position)
    }

    fn finish(&mut self) -> Result<(), u64> {
        Self::finish(self).map_err(|error| error.position)
    }

    fn version(&self) -> Option<u32> {
        Self::version(self)
    }
}

fn decode_stream<W: Write>(
    options: &DecodeOptions,
    encoding: &mut impl Encoding,
    mut buffer: Vec<u8>,
    input: &mut impl Read,
    printer: &mut Printer<'_, W>,
) -> Result<(), Stop> {
    let mut cutter = FrameCutter::new(options.max_frame);
    let mut version = SessionVersion::new(options.protocol_version);
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        let is_end = buffer.is_empty();
        let read = if is_end { encoding.finish() } else { encoding.read(&buffer, &mut bytes) };
        if let Some(told) = encoding.version().filter(|_| !version.is_learnt()) {
            version.learn_number(told);
        }
        cutter.push(&bytes);
        while let Some(piece) = cutter.next_piece() {
            if let Piece::Frame { frame, .. } = &piece {
                version.learn(frame);
            }
            printer.piece(None, version.get(), piece)?;
        }
        if let Err(offset) = read {
            printer.defect(None, &Defect { kind: DecodeErrorKind::BadValue, number: None, field: None, offset }, None)?;
        }
        if is_end || read.is_err() {
            break;
        }
        // Whoever pipes a live stream wants to see what there is before more comes.
        printer.output.flush().map_err(Stop::output)?;
        buffer.resize(PIECE, 0);
        let filled = read_at_least(input, &mut buffer, 1).map_err(Stop::input)?;
        buffer.truncate(filled);
    }
    cutter.finish().map_or(Ok(()), |piece| printer.piece(None, version.get(), piece))
}

/// Writes lines and counts.
struct Printer<'o, W> {
    options: &'o DecodeOptions,
    output: W,
    summary: Summary,
    line: Vec<u8>,
    text: String,
}

impl<W: Write> Printer<'_, W> {
    fn captured(&mut self, reassembler: &mut Reassembler) -> Result<(), Stop> {
        for Captured { origin, version, piece } in reassembler.take_found() {
            self.piece(Some(&origin), version, piece)?;
        }
        Ok(())
    }

    fn piece(&mut self, origin: Option<&Origin>, version: ProtocolVersion, piece: Piece) -> Result<(), Stop> {
        let known = |number: u32| (number != 0).then_some(number);
        match piece {
            Piece::Frame { offset, frame } => self.frame(origin, version, offset, &frame),
            Piece::TooLong { offset, number } => {
                let defect = Defect { kind: DecodeErrorKind::FrameTooLong, number: known(number), field: None, offset };
                self.defect(origin, &defect, None)
            }
            Piece::Truncated { offset, bytes } => {
                let number = bytes.get(4..HEADER_LEN).and_then(|number| number.try_into().ok()).map(u32::from_be_bytes);
                let defect = Defect { kind: DecodeErrorKind::FrameTruncated, number: number.and_then(known), field: None, offset };
                self.defect(origin, &defect, Some(&bytes))
            }
        }
    }

    fn frame(&mut self, origin: Option<&Origin>, version: ProtocolVersion, offset: u64, frame: &RawFrame) -> Result<(), Stop> {
        let at = |error: crate::protocol::DecodeError| Defect {
            kind: error.kind,
            number: Some(error.number),
            field: (!error.field.is_empty()).then_some(error.field),
            offset: offset + error.offset as u64,
        };
        match GenericMessage::decode(frame.number, &frame.body, version) {
            Ok(message) => {
                let defect = message.first_defect().map(at);
                self.summary.defects += u64::from(defect.is_some());
                self.summary.messages += 1;
                if passes(&self.options.filters, &message) {
                    self.message(origin, offset, &message, defect.as_ref())?;
                }
                Ok(())
            }
            Err(error) => {
                let mut bytes = BytesMut::with_capacity(frame.wire_len());
                bytes.extend_from_slice(&(frame.body.len() as u32).to_be_bytes());
                bytes.extend_from_slice(&frame.number.to_be_bytes());
                bytes.extend_from_slice(&frame.body);
                self.defect(origin, &at(error), Some(&bytes))
            }
        }
    }

    fn message(&mut self, origin: Option<&Origin>, offset: u64, message: &GenericMessage<'_>, defect: Option<&Defect>) -> Result<(), Stop> {
        match self.options.format {
            Format::Json => {
                let hide_secrets = self.options.hide_secrets;
                self.json(&Line { origin, message: Some(message), defect, bytes: None, hide_secrets })
            }
            Format::Text => {
                self.text.clear();
                let style = TextStyle { show_secrets: self.options.show_secrets && !self.options.hide_secrets };
                write_message(&mut self.text, style, origin, offset, message);
                if let Some(defect) = defect {
                    write_defect(&mut self.text, origin, defect);
                }
                self.output.write_all(self.text.as_bytes()).map_err(Stop::output)
            }
        }
    }

    fn defect(&mut self, origin: Option<&Origin>, defect: &Defect, bytes: Option<&[u8]>) -> Result<(), Stop> {
        self.summary.defects += 1;
        match self.options.format {
            Format::Json => {
                let hide_secrets = self.options.hide_secrets;
                self.json(&Line { origin, message: None, defect: Some(defect), bytes, hide_secrets })
            }
            Format::Text => {
                self.text.clear();
                write_defect(&mut self.text, origin, defect);
                self.output.write_all(self.text.as_bytes()).map_err(Stop::output)
            }
        }
    }

    fn json(&mut self, line: &Line<'_>) -> Result<(), Stop> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, line).map_err(|error| Stop::output(error.into()))?;
        self.line.push(b'\n');
        self.output.write_all(&self.line).map_err(Stop::output)
    }
}

/// A line of JSON longer than this is refused: no frame needs as much.
const MAX_LINE: u64 = 1024 * 1024;

/// Writes the bytes that lines of JSON describe. Lines that cannot be encoded are named in `complaints`, one sentence each,
/// and left out.
///
/// # Errors
/// [`CaptureError`] if input or output fail.
pub fn encode(
    options: &EncodeOptions,
    input: impl BufRead,
    mut output: impl Write,
    complaints: impl Write,
) -> Result<Summary, CaptureError> {
    let mut summary = Summary::default();
    let result = encode_lines(options, input, &mut output, complaints, &mut summary).and_then(|()| output.flush().map_err(Stop::output));
    finish(result, summary)
}

fn encode_lines(
    options: &EncodeOptions,
    mut input: impl BufRead,
    output: &mut impl Write,
    mut complaints: impl Write,
    summary: &mut Summary,
) -> Result<(), Stop> {
    let mut version = SessionVersion::new(options.protocol_version);
    let mut line = Vec::new();
    let mut frame = BytesMut::new();
    for number in 1u64.. {
        line.clear();
        if input.by_ref().take(MAX_LINE).read_until(b'\n', &mut line).map_err(Stop::input)? == 0 {
            break;
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        frame.clear();
        let is_cut = line.len() as u64 == MAX_LINE && line.last() != Some(&b'\n');
        let encoded = if is_cut {
            skip_line(&mut input).map_err(Stop::input)?;
            Err(LineError::Json(format!("longer than {MAX_LINE} bytes")))
        } else {
            encode_line(&line, &mut version, &mut frame)
        };
        match encoded {
            Ok(()) => {
                summary.messages += 1;
                let written =
                    if options.hex { output.write_all(format!("{}\n", to_hex(&frame)).as_bytes()) } else { output.write_all(&frame) };
                written.map_err(Stop::output)?;
            }
            Err(error) => {
                summary.defects += 1;
                // Where nobody listens to complaints the exit status still tells.
                let _ = writeln!(complaints, "line {number}: {error}");
            }
        }
    }
    Ok(())
}

fn encode_line(line: &[u8], version: &mut SessionVersion, frame: &mut BytesMut) -> Result<(), LineError> {
    let line: serde_json::Value = serde_json::from_slice(line).map_err(|error| LineError::Json(error.to_string()))?;
    if let Some(number) = version_in(&line) {
        version.learn_number(number);
    }
    match read_line(&line, version.get())? {
        Encodable::Message(message) => {
            message.encode(frame);
            Ok(())
        }
        Encodable::Bytes(bytes) => {
            // Even an OPEN_REQ that could not be taken apart told decode the version of what follows.
            version.learn_from(&bytes);
            frame.extend_from_slice(&bytes);
            Ok(())
        }
    }
}

fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        let (used, is_done) = match buffer.iter().position(|byte| *byte == b'\n') {
            Some(at) => (at + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        input.consume(used);
        if is_done {
            return Ok(());
        }
    }
}
