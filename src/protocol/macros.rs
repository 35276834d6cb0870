//! The declaration macros: messages, groups of floating fields, value tables and masks are written down as data.

/// Declares a message: its struct, [`Body`](super::Body) with decoding and encoding, and its `SPEC`.
///
/// Fixed fields are `name: type = "Name" [since N];`, counters of lists `@count type "Name" [since N] of list;` (derived
/// from the list, never a member of ours). Floating fields are `name: type = "Name" tag [max N] [since N] [until N]
/// [required true];`, a list whose entries are groups names the tags of all members: `a|b|c`. What stands under `beside` is
/// no part of the declared layout.
macro_rules! message {
    (
        $(#[$meta:meta])*
        pub struct $name:ident $(<$lt:lifetime>)? = $number:literal $wire_name:literal from $from:ident $(since $msince:literal)? {
            fixed { $(
                $( @count $pcty:ty, $pcname:literal $(since $pcsince:literal)? of $pclist:ident; )*
                $(#[$fmeta:meta])* $fname:ident : $fty:ty = $fwire:literal $(since $fsince:literal)?;
            )* $( @tail $( @count $tcty:ty, $tcname:literal $(since $tcsince:literal)? of $tclist:ident; )* )? }
            floating { $(
                $( @count $xcty:ty, $xcname:literal $xctag:literal $(since $xcsince:literal)? of $xclist:ident; )*
                $(#[$gmeta:meta])* $gname:ident : $gty:ty = $gwire:literal $gtag:literal $(| $gmore:literal)* $(max $gmax:literal)? $(since $gsince:literal)? $(until $guntil:literal)? $(required $greq:literal)?;
            )* }
            $( beside { $( $(#[$bmeta:meta])* $bname:ident : $bty:ty; )* } )?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name $(<$lt>)? {
            $( $(#[$fmeta])* pub $fname: $fty, )*
            $( $(#[$gmeta])* pub $gname: $gty, )*
            $($( $(#[$bmeta])* pub $bname: $bty, )*)?
        }

        impl $(<$lt>)? $name $(<$lt>)? {
            /// MessageType.
            pub const NUMBER: u32 = $number;
        }

        // The tags of each floating member, so that a counter can name its list.
        #[allow(non_upper_case_globals, dead_code)]
        impl $(<$lt>)? $name $(<$lt>)? {
            $( const $gname: &'static [u16] = &[$gtag $(, $gmore)*]; )*
        }

        impl<'a> $crate::protocol::Body<'a> for $name $(<$lt>)? {
            const SPEC: &'static $crate::protocol::schema::MessageSpec = &$crate::protocol::schema::MessageSpec {
                number: $number,
                name: $wire_name,
                from: $crate::protocol::schema::Sender::$from,
                since: 0 $( + $msince )?,
                fixed: &[ $(
                    $( $crate::protocol::wire::fixed_counter_spec::<$pcty>($pcname, 0 $( + $pcsince )?, Self::$pclist), )*
                    $crate::protocol::wire::fixed_spec::<$fty>($fwire, 0 $( + $fsince )?),
                )* $($( $crate::protocol::wire::fixed_counter_spec::<$tcty>($tcname, 0 $( + $tcsince )?, Self::$tclist), )*)? ],
                floating: &[ $(
                    $( $crate::protocol::schema::FloatingItem::Field($crate::protocol::wire::counter_spec::<$xcty>($xcname, $xctag, 0 $( + $xcsince )?, Self::$xclist)), )*
                    $crate::protocol::wire::floating_item::<$gty>($crate::protocol::wire::Declared {
                        name: $gwire, tag: $gtag, max: 0 $( + $gmax )?, since: 0 $( + $gsince )?, until: 0 $( + $guntil )?,
                        is_required: false $( || $greq )?,
                    }),
                )* ],
            };

            #[allow(unused_variables)]
            #[inline]
            fn fill_fixed(&mut self, reader: &mut $crate::protocol::Reader<'a>, context: &mut $crate::protocol::wire::Context) -> Result<(), $crate::protocol::DecodeError> {
                $(
                    $( if context.version.has(0 $( + $pcsince )?, 0) {
                        let _: $pcty = context.fixed(reader, const { &$crate::protocol::wire::fixed_spec::<$pcty>($pcname, 0) })?;
                    } )*
                    if context.version.has(0 $( + $fsince )?, 0) {
                        self.$fname = context.fixed(reader, const { &$crate::protocol::wire::fixed_spec::<$fty>($fwire, 0) })?;
                    }
                )*
                $($( if context.version.has(0 $( + $tcsince )?, 0) {
                    let _: $tcty = context.fixed(reader, const { &$crate::protocol::wire::fixed_spec::<$tcty>($tcname, 0) })?;
                } )*)?
                Ok(())
            }

            #[allow(unused_mut, unused_variables, clippy::manual_range_patterns)] // tag lists are written as in the tables
            #[inline]
            fn fill_floating(&mut self, reader: &mut $crate::protocol::Reader<'a>, context: &mut $crate::protocol::wire::Context) -> Result<(), $crate::protocol::DecodeError> {
                if const { Self::SPEC.has_no_fields() } {
                    return Ok(()); // no layout is printed: whatever there is, is accepted
                }
                let mut fields = $crate::protocol::reader::Fields::new(reader, context.version);
                macro_rules! advance { () => { if let Err(kind) = fields.advance() { return Err(context.field_error(&fields, Self::SPEC, kind)); } }; }
                advance!();
                // Most senders keep to the documented order: one comparison for each field, no search.
                $(
                    $( if fields.is_at($xctag) { advance!(); } )*
                    while fields.is_at($gtag) $( || fields.is_at($gmore) )* {
                        $crate::protocol::wire::Floating::accept(&mut self.$gname, &fields, context);
                        advance!();
                    }
                )*
                // The order is free, so what is left may be any of them.
                while let Some(tag) = fields.tag() {
                    match tag {
                        $( $( $xctag => {} )* $gtag $( | $gmore )* => $crate::protocol::wire::Floating::accept(&mut self.$gname, &fields, context), )*
                        _ => context.skipped.unknown_tags += 1,
                    }
                    advance!();
                }
                Ok(())
            }

            #[allow(unused_variables)]
            fn write_fixed(&self, writer: &mut $crate::protocol::Writer<'_>) {
                let version = writer.version();
                $(
                    $( if version.has(0 $( + $pcsince )?, 0) {
                        $crate::protocol::wire::Wire::write(&($crate::protocol::list::Counted::count(&self.$pclist) as $pcty), writer);
                    } )*
                    if version.has(0 $( + $fsince )?, 0) {
                        $crate::protocol::wire::Wire::write(&self.$fname, writer);
                    }
                )*
                $($( if version.has(0 $( + $tcsince )?, 0) {
                    $crate::protocol::wire::Wire::write(&($crate::protocol::list::Counted::count(&self.$tclist) as $tcty), writer);
                } )*)?
            }

            #[allow(unused_variables)]
            fn write_floating(&self, writer: &mut $crate::protocol::Writer<'_>) {
                let version = writer.version();
                $(
                    $( if version.has(0 $( + $xcsince )?, 0) {
                        let count = $crate::protocol::list::Counted::count(&self.$xclist) as $xcty;
                        writer.field($xctag, $xcname, 0, |writer| $crate::protocol::wire::Wire::write(&count, writer));
                    } )*
                    $crate::protocol::wire::Floating::emit(&self.$gname, writer, const { &$crate::protocol::wire::floating_item::<$gty>($crate::protocol::wire::Declared {
                        name: $gwire, tag: $gtag, max: 0 $( + $gmax )?, since: 0 $( + $gsince )?, until: 0 $( + $guntil )?,
                        is_required: false $( || $greq )?,
                    }) });
                )*
            }
        }
    };
}

/// Declares the entry of a list that consists of several fields. Where entries begin is told in [`list`](super::list).
macro_rules! group {
    (
        $(#[$meta:meta])*
        pub struct $name:ident $(<$lt:lifetime>)? { $(
            $( @count $xcty:ty, $xcname:literal $xctag:literal $(since $xcsince:literal)? of $xclist:ident; )*
            $(#[$gmeta:meta])* $gname:ident : $gty:ty = $gwire:literal $gtag:literal $(max $gmax:literal)? $(since $gsince:literal)? $(required $greq:literal)?;
        )* }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name $(<$lt>)? {
            $( $(#[$gmeta])* pub $gname: $gty, )*
        }

        // The tags of each member, so that a counter can name its list.
        #[allow(non_upper_case_globals, dead_code)]
        impl $(<$lt>)? $name $(<$lt>)? {
            $( const $gname: &'static [u16] = &[$gtag]; )*
        }

        impl<'a> $crate::protocol::list::Entry<'a> for $name $(<$lt>)? {
            const TYPE: $crate::protocol::schema::WireType = $crate::protocol::schema::WireType::Unspec;
            const VALUES: Option<&'static $crate::protocol::schema::ValueTable> = None;
            const GROUP: Option<&'static [$crate::protocol::schema::FloatingSpec]> = Some(&[ $(
                $( $crate::protocol::wire::counter_spec::<$xcty>($xcname, $xctag, 0 $( + $xcsince )?, Self::$xclist), )*
                $crate::protocol::wire::field_spec::<$gty>($crate::protocol::wire::Declared {
                    name: $gwire, tag: $gtag, max: 0 $( + $gmax )?, since: 0 $( + $gsince )?, until: 0, is_required: false $( || $greq )?,
                }),
            )* ]);

            fn is_value(_: $crate::protocol::RawField<'a>) -> bool {
                false
            }

            fn next(list: &mut $crate::protocol::list::WireList<'a>) -> Option<Self> {
                let mut entry = Self::default();
                let mut context = $crate::protocol::list::uncounted();
                let is_there = list.next_entry(Self::GROUP.unwrap_or_default(), |fields| match fields.tag() {
                    $( Some($gtag) => $crate::protocol::wire::Floating::accept(&mut entry.$gname, fields, &mut context), )*
                    _ => {}
                });
                is_there.then_some(entry)
            }

            fn emit(&self, writer: &mut $crate::protocol::Writer<'_>, _: &$crate::protocol::schema::FloatingItem, borders: &mut $crate::protocol::list::EntryBorders) {
                borders.begin();
                $(
                    $(
                        let from = writer.written();
                        if writer.version().has(0 $( + $xcsince )?, 0) {
                            let count = $crate::protocol::list::Counted::count(&self.$xclist) as $xcty;
                            writer.field($xctag, $xcname, 0, |writer| $crate::protocol::wire::Wire::write(&count, writer));
                        }
                        borders.member(writer, from, $xcname, $crate::protocol::schema::Arity::One);
                    )*
                    let from = writer.written();
                    $crate::protocol::wire::Floating::emit(&self.$gname, writer, const { &$crate::protocol::schema::FloatingItem::Field(
                        $crate::protocol::wire::field_spec::<$gty>($crate::protocol::wire::Declared {
                            name: $gwire, tag: $gtag, max: 0 $( + $gmax )?, since: 0 $( + $gsince )?, until: 0, is_required: false $( || $greq )?,
                        }),
                    ) });
                    borders.member(writer, from, $gwire, <$gty as $crate::protocol::wire::Floating<'_>>::ARITY);
                )*
                let first = Self::GROUP.and_then(|members| members.first()).map_or("", |member| member.name);
                borders.end(writer, *self == Self::default(), first);
            }
        }
    };
}

/// Declares a wire enum: a newtype over its integer with a constant for each known value. Unknown values live on.
macro_rules! wire_enum {
    ($( $(#[$meta:meta])* pub $name:ident($int:ident) { $( $(#[$vmeta:meta])* $variant:ident = $value:literal $label:literal, )* } )*) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $int);

        impl $name {
            $( $(#[$vmeta])* pub const $variant: Self = Self($value); )*

            /// The values that have names.
            pub const TABLE: &'static $crate::protocol::schema::ValueTable = &$crate::protocol::schema::ValueTable {
                name: stringify!($name),
                is_mask: false,
                values: &[ $( ($value as u32, $label), )* ],
            };

            /// The reference's name, if it has one.
            pub fn name(self) -> Option<&'static str> {
                Self::TABLE.name_of(u32::from(self.0))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }

        /// The reference's name, or the number.
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self.name() {
                    Some(name) => f.write_str(name),
                    None => write!(f, "{}", self.0),
                }
            }
        }

        impl<'a> $crate::protocol::wire::Wire<'a> for $name {
            const TYPE: $crate::protocol::schema::WireType = <$int as $crate::protocol::wire::Wire<'a>>::TYPE;
            const VALUES: Option<&'static $crate::protocol::schema::ValueTable> = Some(Self::TABLE);

            #[inline]
            fn read(data: &'a [u8]) -> Option<Self> {
                <$int as $crate::protocol::wire::Wire<'a>>::read(data).map(Self)
            }

            fn write(&self, writer: &mut $crate::protocol::Writer<'_>) {
                self.0.write(writer);
            }
        }
    )* };
}

/// Declares a bit mask with named bits; unknown bits live on.
macro_rules! wire_mask {
    ($( $(#[$meta:meta])* pub $name:ident($int:ident) { $( $(#[$vmeta:meta])* $variant:ident = $value:literal $label:literal, )* } )*) => { $(
        bitflags::bitflags! {
            $(#[$meta])*
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
            pub struct $name: $int {
                $( $(#[$vmeta])* const $variant = $value; )*
                const _ = !0;
            }
        }

        impl $name {
            /// The bits that have names.
            pub const TABLE: &'static $crate::protocol::schema::ValueTable = &$crate::protocol::schema::ValueTable {
                name: stringify!($name),
                is_mask: true,
                values: &[ $( ($value as u32, $label), )* ],
            };

            /// Bits that no table names.
            pub fn unnamed(self) -> Self {
                let named = 0 $( | $value )*;
                Self::from_bits_retain(self.bits() & !named)
            }
        }

        impl<'a> $crate::protocol::wire::Wire<'a> for $name {
            const TYPE: $crate::protocol::schema::WireType = <$int as $crate::protocol::wire::Wire<'a>>::TYPE;
            const VALUES: Option<&'static $crate::protocol::schema::ValueTable> = Some(Self::TABLE);

            #[inline]
            fn read(data: &'a [u8]) -> Option<Self> {
                <$int as $crate::protocol::wire::Wire<'a>>::read(data).map(Self::from_bits_retain)
            }

            fn write(&self, writer: &mut $crate::protocol::Writer<'_>) {
                self.bits().write(writer);
            }
        }
    )* };
}

/// Declares the set of all messages: the enum [`Message`](super::Message) and what selects by number.
macro_rules! messages {
    ($( $name:ident $(<$lt:lifetime>)?, )*) => {
        /// Any message, decoded.
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        #[allow(missing_docs, clippy::large_enum_variant)] // each variant's struct has its own documentation; boxing would cost an allocation per event
        pub enum Message<'a> {
            $( $name($name $(<$lt>)?), )*
            /// A number that no table has; its body is kept.
            Unknown { number: u32, body: &'a [u8] },
        }

        /// The specifications of all messages, by number.
        pub const SPECS: &[&$crate::protocol::schema::MessageSpec] = &[ $( <$name as $crate::protocol::Body<'static>>::SPEC, )* ];

        impl<'a> Message<'a> {
            pub(in crate::protocol) fn decode_body(number: u32, body: &'a [u8], context: &mut $crate::protocol::wire::Context) -> Result<Self, $crate::protocol::DecodeError> {
                let mut reader = $crate::protocol::Reader::new(body);
                match number {
                    $( $name::NUMBER => {
                        context.begin(number, <$name as $crate::protocol::Body<'static>>::SPEC.name);
                        // Filled where it stays: messages are large, moving them costs more than reading their numbers.
                        let mut message = Message::$name($name::default());
                        if let Message::$name(body) = &mut message {
                            $crate::protocol::Body::fill(body, &mut reader, context)?;
                        }
                        Ok(message)
                    } )*
                    _ => {
                        context.skipped.unknown_messages += 1;
                        Ok(Message::Unknown { number, body })
                    }
                }
            }

            /// What the message's declaration says; `None` for an unknown number.
            pub fn spec(&self) -> Option<&'static $crate::protocol::schema::MessageSpec> {
                match self {
                    $( Message::$name(_) => Some(<$name as $crate::protocol::Body<'static>>::SPEC), )*
                    Message::Unknown { .. } => None,
                }
            }

            pub(in crate::protocol) fn encode_body(&self, writer: &mut $crate::protocol::Writer<'_>) {
                match self {
                    $( Message::$name(body) => $crate::protocol::Body::encode(body, writer), )*
                    Message::Unknown { body, .. } => writer.put(body),
                }
            }
        }

        $( impl<'a> From<$name $(<$lt>)?> for Message<'a> {
            fn from(body: $name $(<$lt>)?) -> Self {
                Message::$name(body)
            }
        } )*
    };
}
