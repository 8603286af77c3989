// SPDX-License-Identifier: MIT
//! The sides of a service: what serves it, what asks it, and what stands between.
//!
//! Here: operations, the trait of the service, the trait of a conversation with it over octets and over typed values, the dispatcher.
//! Not here: the traits on which these stand; they are written by hand in the crate of the protocol.

use std::fmt::Write as _;

use super::{Writer, doc, snake};
use crate::syntax::{Access, Paragraph};

struct Operation {
    name: String,
    method: String,
    /// `Public`, `User` or `Admin`.
    access: &'static str,
    request: String,
    response: String,
    description: Vec<Paragraph>,
}

const ERRORS: &str = "///\n/// # Errors\n";

impl Writer<'_> {
    pub(super) fn service(&mut self) {
        let mut operations = Vec::new();
        let mut named = None;
        for schema in self.compilation.modules() {
            for service in &schema.services {
                named.get_or_insert((
                    service.name.text.clone(),
                    service.description.clone(),
                    service.discovery.clone(),
                    service.prefix.clone(),
                ));
            }
            for transaction in &schema.transactions {
                operations.push(Operation {
                    name: transaction.name.text.clone(),
                    method: snake(&transaction.name.text),
                    access: match transaction.access {
                        Access::Admin => "Admin",
                        Access::Public => "Public",
                        Access::Device | Access::User | Access::Service => "User",
                    },
                    request: transaction.request.text.clone(),
                    response: transaction.response.text.clone(),
                    description: transaction.description.clone(),
                });
            }
        }
        let Some((service, description, discovery, prefix)) = named else {
            return;
        };
        let callers = self.options.caller_path.clone();
        self.used(&callers, &["AdminCaller", "PublicCaller", "UserCaller"]);
        let runtime = self.options.runtime_path.clone();
        let (runtime_parent, runtime_name) = runtime.rsplit_once("::").unwrap_or(("", &runtime));
        let runtime_parent = if runtime_parent.is_empty() {
            "self"
        } else {
            runtime_parent
        };
        self.uses
            .entry(runtime_parent.to_owned())
            .or_default()
            .insert(format!("{runtime_name} as rt"));

        let mut text = String::new();
        let _ = writeln!(
            text,
            "/// The label of the service in DNS.\npub const DISCOVERY: &str = {discovery:?};\n"
        );
        let _ = writeln!(
            text,
            "/// The well-known name of the service.\npub const WELL_KNOWN: &str = {prefix:?};\n"
        );
        text.push_str(&operation_enum(&operations));
        text.push_str(&service_trait(&service, &description, &operations));
        text.push_str(&client(&service, &operations));
        text.push_str(&direct(&service, &operations));
        text.push_str(&dispatcher(&service, &operations));
        self.out.push_str(&text);
    }
}

fn operation_enum(operations: &[Operation]) -> String {
    let mut text = String::from(
        "/// What can be asked of the service.\n#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]\npub enum Operation {\n",
    );
    for operation in operations {
        text.push_str(&doc("///", &operation.description));
        let _ = writeln!(text, "{},", operation.name);
    }
    text.push_str("}\n\nimpl Operation {\n/// Every operation, in the order of the schema.\n");
    let _ = writeln!(text, "pub const ALL: [Self; {}] = [", operations.len());
    for operation in operations {
        let _ = writeln!(text, "Self::{},", operation.name);
    }
    text.push_str("];\n\n/// The name, which is the tag of requests.\n#[must_use]\npub fn name(self) -> &'static str {\nmatch self {\n");
    for operation in operations {
        let _ = writeln!(text, "Self::{0} => {0:?},", operation.name);
    }
    text.push_str("}\n}\n\n/// The operation of a name.\n#[must_use]\npub fn parse(name: &str) -> Option<Self> {\n");
    text.push_str("Self::ALL.into_iter().find(|operation| operation.name() == name)\n}\n\n");
    text.push_str("/// Who may ask for it.\n#[must_use]\npub fn access(self) -> rt::AccessClass {\nmatch self {\n");
    for operation in operations {
        let _ = writeln!(
            text,
            "Self::{} => rt::AccessClass::{},",
            operation.name, operation.access
        );
    }
    text.push_str("}\n}\n}\n\n");
    text
}

fn service_trait(service: &str, description: &[Paragraph], operations: &[Operation]) -> String {
    let mut text = doc("///", description);
    let _ = writeln!(text, "pub trait {service} {{");
    for operation in operations {
        text.push_str(&doc("///", &operation.description));
        let Operation {
            method,
            access,
            request,
            response,
            ..
        } = operation;
        let _ = writeln!(text, "{ERRORS}/// [`rt::Failure`] when it is not executed.");
        let _ = writeln!(
            text,
            "fn {method}(&self, caller: &{access}Caller, request: {request}) -> Result<{response}, rt::Failure>;\n"
        );
    }
    text.push_str("}\n\n/// A conversation with the service.\n");
    let _ = writeln!(text, "pub trait {service}Session {{");
    for operation in operations {
        text.push_str(&doc("///", &operation.description));
        let Operation {
            method,
            request,
            response,
            ..
        } = operation;
        let _ = writeln!(
            text,
            "{ERRORS}/// [`rt::Error`] when it was not executed, or when that is not known."
        );
        let _ = writeln!(
            text,
            "fn {method}(&mut self, request: &{request}) -> Result<{response}, rt::Error>;\n"
        );
    }
    text.push_str("}\n\n");
    text
}

fn client(service: &str, operations: &[Operation]) -> String {
    let mut text = format!(
        "/// A conversation with the service over octets.\n#[derive(Debug)]\npub struct {service}Client<S> {{\nsession: S,\n}}\n\n\
         impl<S> {service}Client<S> {{\n/// A conversation over a session.\n#[must_use]\npub fn new(session: S) -> Self {{\nSelf {{ session }}\n}}\n\n\
         /// The session.\npub fn session(&mut self) -> &mut S {{\n&mut self.session\n}}\n}}\n\n\
         impl<S: rt::Session> {service}Client<S> {{\n\
         fn ask<Q: Object, R: Object>(&mut self, operation: Operation, request: &Q) -> Result<R, rt::Error> {{\n\
         let mut w = Writer::new(Format::Json);\nwrite_tagged(&mut w, operation.name(), |w| request.encode(w));\n\
         let answer = self.session.exchange(&w.finish())?;\nlet found = read_tag(&answer)?;\nif found == R::TAG {{\n\
         return Ok(from_tagged(&answer)?);\n}}\n\
         // A service that cannot tell what was asked answers with a status alone.\n\
         if let Ok(status) = from_tagged::<StatusResponse>(&answer) {{\n\
         rt::check_status(status.status, status.status_extended, status.status_description.as_deref())?;\n}}\n\
         Err(rt::Error::UnexpectedResponse {{ expected: R::TAG, found }})\n}}\n}}\n\n\
         impl<S: rt::Session> {service}Session for {service}Client<S> {{\n"
    );
    for Operation {
        name,
        method,
        request,
        response,
        ..
    } in operations
    {
        let _ = writeln!(
            text,
            "fn {method}(&mut self, request: &{request}) -> Result<{response}, rt::Error> {{\n\
             let response: {response} = self.ask(Operation::{name}, request)?;\n\
             rt::check_status(response.status, response.status_extended, response.status_description.as_deref())?;\nOk(response)\n}}\n"
        );
    }
    text.push_str("}\n\n");
    text
}

fn direct(service: &str, operations: &[Operation]) -> String {
    let mut text = format!(
        "/// A conversation with the service in the same process, with typed values.\n#[derive(Debug)]\npub struct {service}Direct<A, M> {{\n\
         auth: A,\nservice: M,\n}}\n\nimpl<A, M> {service}Direct<A, M> {{\n/// A conversation of a caller with a service.\n#[must_use]\n\
         pub fn new(auth: A, service: M) -> Self {{\nSelf {{ auth, service }}\n}}\n}}\n\n\
         impl<A: rt::Authenticate, M: {service}> {service}Session for {service}Direct<A, M> {{\n"
    );
    for Operation {
        name,
        method,
        access,
        request,
        response,
        ..
    } in operations
    {
        let proof = access.to_lowercase();
        let _ = writeln!(
            text,
            "fn {method}(&mut self, request: &{request}) -> Result<{response}, rt::Error> {{\n\
             let caller = self.auth.{proof}(Operation::{name})?;\n\
             let mut response = self.service.{method}(&caller, request.clone())?;\n\
             rt::success(&mut response.status, &mut response.status_description);\nOk(response)\n}}\n"
        );
    }
    text.push_str("}\n\n");
    text
}

fn dispatcher(service: &str, operations: &[Operation]) -> String {
    let mut text = format!(
        "/// Executes the request in `payload` for whomever `auth` vouches, and returns the octets of the response.\n#[must_use]\n\
         pub fn dispatch<A: rt::Authenticate, M: {service}>(auth: &A, service: &M, payload: &[u8]) -> Vec<u8> {{\n\
         let mut reader = Reader::new(payload);\nlet answer = read_tagged(&mut reader, |tag, r| {{\nOk(match Operation::parse(tag) {{\n"
    );
    for Operation {
        name,
        method,
        access,
        request,
        response,
        ..
    } in operations
    {
        let proof = access.to_lowercase();
        let _ = writeln!(
            text,
            "Some(Operation::{name}) => {{\n\
             let done = match auth.{proof}(Operation::{name}) {{\n\
             Ok(caller) => {{\nlet request = {request}::decode(r)?;\nservice.{method}(&caller, request)\n}}\n\
             Err(failure) => {{\nr.skip()?;\nErr(failure)\n}}\n}};\n\
             to_tagged_json_b(&match done {{\nOk(mut response) => {{\n\
             rt::success(&mut response.status, &mut response.status_description);\nresponse\n}}\n\
             Err(failure) => {response} {{\nstatus: Some(failure.status()),\nstatus_extended: Some(failure.extended()),\n\
             status_description: Some(failure.description()),\n..{response}::default()\n}},\n}})\n}}"
        );
    }
    text.push_str(
        "None => refusal(&rt::Failure::invalid(\"there is no such operation\")),\n})\n});\n\
         answer.unwrap_or_else(|_| refusal(&rt::Failure::invalid(\"the request does not parse\")))\n}\n\n\
         fn refusal(failure: &rt::Failure) -> Vec<u8> {\nto_tagged_json_b(&StatusResponse {\nstatus: Some(failure.status()),\n\
         status_extended: Some(failure.extended()),\nstatus_description: Some(failure.description()),\n..StatusResponse::default()\n})\n}\n",
    );
    text
}
