//! Sessions that the server ends itself: every desktop hears why before its socket is closed. And who may stay after the
//! files of accounts were read anew.

use jiff::Timestamp;

use super::event::DisposeReason;
use super::session::{Session, SessionKey};
use crate::auth::{Authority, Credentials, Identity, Permission};
use crate::desktop::hub::{Binding, Hub, Job, SocketId};
use crate::desktop::outbox::CloseCode;
use crate::engine::Engine;
use crate::time::Now;

/// Whose identity is in question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seated {
    /// Whoever commands a session, present or expected back.
    Session(SessionKey),
    /// Whoever sits at a socket; also one that only looks on.
    Socket(SocketId),
}

/// Who somebody was taken for, and who the files say it is now; none: nobody any more.
#[derive(Debug)]
pub struct Verdict {
    /// Whose identity was asked about.
    pub seated: Seated,
    /// As it was when it was asked.
    pub was: Identity,
    /// As it is now.
    pub is: Option<Identity>,
}

impl Verdict {
    /// Asks the authority, by the wall clock's time `at`.
    pub fn of((seated, was): (Seated, Identity), authority: &Authority, at: Timestamp) -> Self {
        let known = authority.identify(&Credentials::Known(Box::new(was.clone())), at);
        Self { seated, was, is: known.ok().map(|grant| grant.identity) }
    }
}

impl Hub {
    /// Every desktop of the session hears that it ends; for one that never started it is the first and last event.
    pub(in crate::desktop) fn say_disposed(&mut self, key: SessionKey, reason: DisposeReason) {
        self.with_session(key, |session, teller| {
            let body = session.scene(teller.settings, false).session_disposed(reason);
            for view in std::iter::once(&mut session.command).chain(&mut session.mirrors) {
                view.is_started |= view.socket.is_some();
            }
            session.tell(&body, teller);
        });
    }

    /// Ends a session for a reason that is not its agent's: its desktops are told and sent away.
    pub(in crate::desktop) fn dispose(&mut self, now: Now, key: SessionKey, reason: DisposeReason, code: CloseCode) -> Option<Session> {
        self.say_disposed(key, reason);
        let session = self.end_session(key, reason.word())?;
        for socket in std::iter::once(&session.command).chain(&session.mirrors).filter_map(|view| view.socket) {
            self.close(now, socket, code);
        }
        Some(session)
    }

    /// The files of accounts were read anew: does everybody who is here still count?
    pub fn recheck(&mut self) {
        let sessions = self.sessions.values().map(|session| (Seated::Session(session.key), session.identity.clone()));
        let mut seats: Vec<_> = sessions.collect();
        for (id, socket) in self.sockets.iter_mut() {
            match &mut socket.binding {
                // Who is about to come in was perhaps found in the old files.
                Binding::Preparing(attempt) => attempt.is_stale = true,
                Binding::Bound(_) => seats.extend(socket.seat.as_ref().map(|seat| (Seated::Socket(id), seat.identity.clone()))),
                Binding::None => {}
            }
        }
        if !seats.is_empty() {
            self.job(Job::Recheck(seats));
        }
    }

    /// The files have spoken.
    pub(in crate::desktop) fn rechecked(&mut self, now: Now, verdicts: Vec<Verdict>, engine: &Engine) {
        for Verdict { seated, was, is } in verdicts {
            // Somebody with another agent is not the one who signed in.
            let is = is.filter(|is| is.seat() == was.seat());
            match seated {
                Seated::Session(key) => {
                    let Some(session) = self.sessions.get_mut(&key).filter(|session| session.identity == was) else { continue };
                    match is {
                        None => drop(self.dispose(now, key, DisposeReason::Admin, CloseCode::Revoked)),
                        Some(is) if is == was => {}
                        Some(is) => {
                            let could_work = was.may(Permission::Work);
                            session.identity = is;
                            self.rights_changed(key, could_work, engine);
                        }
                    }
                }
                Seated::Socket(id) => {
                    let Some(socket) = self.sockets.get_mut(id) else { continue };
                    let Some(seat) = socket.seat.as_mut().filter(|seat| seat.identity == was) else { continue };
                    match is {
                        Some(is) => seat.identity = is,
                        None => self.dismiss(now, id),
                    }
                }
            }
        }
    }

    /// A desktop that looks on at somebody's session has to go, the session stays.
    fn dismiss(&mut self, now: Now, socket: SocketId) {
        if let Some(&Binding::Bound(key)) = self.sockets.get_mut(socket).map(|open| &open.binding) {
            self.with_session(key, |session, teller| {
                let body = session.scene(teller.settings, false).session_disposed(DisposeReason::Admin);
                if let Some(view) = session.view_mut(socket) {
                    view.is_started = true;
                }
                session.tell_view(socket, &body, teller);
            });
        }
        self.close(now, socket, CloseCode::Revoked);
    }

    /// The user's roles or team are others now: desktops hear of it, and a team that is watched is shown as it may be seen.
    fn rights_changed(&mut self, key: SessionKey, could_work: bool, engine: &Engine) {
        self.tell(key, |session, hub| session.scene(&hub.settings, false).session_info(&session.identity));
        if self.sessions.get(&key).is_some_and(|session| session.identity.may(Permission::Work) != could_work) {
            self.tell(key, |session, hub| session.scene(&hub.settings, false).session_rights(&session.identity));
        }
        let team = self.sessions.get(&key).and_then(|session| session.watched).and_then(|id| engine.team(id));
        if let Some(team) = team {
            self.show_team(key, team, engine);
        }
    }
}
