//! Which call a request to the admin API is.

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Health,
    OpenApi,
    ListScopes,
    CreateScope,
    EndScope,
    ListApplications,
    AddApplication,
    ListUsers,
    AddUser,
    MintToken,
    SignIn,
    RevokeToken,
    ExpireToken,
    ReadOptions,
    ChangeOptions,
    AddScript,
    ReadScript,
    RemoveScript,
    ClearScripts,
    ListGates,
    MoveGate,
    Connections,
    ReadClock,
    MoveClock,
    SetRateLimit,
    NoRateLimit,
    ReadJournal,
    AwaitCalls,
    ClearJournal,
    Lint,
    Reset,
}

pub(crate) struct Row {
    pub(crate) method: &'static str,
    /// A segment in braces stands for any.
    pub(crate) path: &'static str,
    pub(crate) act: Act,
    /// Whether it is about one tenant, and so is there under `/scopes/{scope}` too.
    pub(crate) of_tenant: bool,
}

const fn whole(method: &'static str, path: &'static str, act: Act) -> Row {
    Row { method, path, act, of_tenant: false }
}

const fn tenant(method: &'static str, path: &'static str, act: Act) -> Row {
    Row { method, path, act, of_tenant: true }
}

pub(crate) const ROUTES: &[Row] = &[
    whole("GET", "/health", Act::Health),
    whole("GET", "/openapi.json", Act::OpenApi),
    whole("GET", "/scopes", Act::ListScopes),
    whole("POST", "/scopes", Act::CreateScope),
    whole("DELETE", "/scopes/{scope}", Act::EndScope),
    tenant("GET", "/applications", Act::ListApplications),
    tenant("POST", "/applications", Act::AddApplication),
    tenant("GET", "/users", Act::ListUsers),
    tenant("POST", "/users", Act::AddUser),
    tenant("POST", "/tokens", Act::MintToken),
    tenant("POST", "/tokens/revoke", Act::RevokeToken),
    tenant("POST", "/tokens/expire", Act::ExpireToken),
    tenant("POST", "/sign-ins", Act::SignIn),
    tenant("GET", "/options", Act::ReadOptions),
    tenant("PATCH", "/options", Act::ChangeOptions),
    tenant("POST", "/scripts", Act::AddScript),
    tenant("DELETE", "/scripts", Act::ClearScripts),
    tenant("GET", "/scripts/{script}", Act::ReadScript),
    tenant("DELETE", "/scripts/{script}", Act::RemoveScript),
    tenant("GET", "/gates", Act::ListGates),
    tenant("PUT", "/gates/{gate}", Act::MoveGate),
    tenant("PUT", "/connections", Act::Connections),
    tenant("GET", "/clock", Act::ReadClock),
    tenant("PATCH", "/clock", Act::MoveClock),
    tenant("PUT", "/rate-limit", Act::SetRateLimit),
    tenant("DELETE", "/rate-limit", Act::NoRateLimit),
    tenant("GET", "/journal", Act::ReadJournal),
    tenant("DELETE", "/journal", Act::ClearJournal),
    tenant("GET", "/journal/wait", Act::AwaitCalls),
    tenant("GET", "/lint", Act::Lint),
    tenant("POST", "/reset", Act::Reset),
];

/// A request's place in the table.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found<'a> {
    Act {
        act: Act,
        /// The scope it was asked of; none for the program's own tenant.
        scope: Option<&'a str>,
        /// What stood in place of the braces.
        parameter: Option<&'a str>,
    },
    /// The path is there, for these methods.
    OtherMethod(Vec<&'static str>),
    Nothing,
}

pub(crate) fn find<'a>(method: &str, path: &'a str) -> Found<'a> {
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let (scope, segments) = match segments.as_slice() {
        ["scopes", scope, rest @ ..] if !rest.is_empty() => (Some(*scope), rest),
        all => (None, all),
    };
    let mut allowed = Vec::new();
    for row in ROUTES.iter().filter(|row| scope.is_none() || row.of_tenant) {
        let Some(parameter) = row.matches(segments) else { continue };
        if row.method == method {
            return Found::Act { act: row.act, scope, parameter };
        }
        allowed.push(row.method);
    }
    if allowed.is_empty() { Found::Nothing } else { Found::OtherMethod(allowed) }
}

impl Row {
    fn matches<'a>(&self, segments: &[&'a str]) -> Option<Option<&'a str>> {
        let mut parameter = None;
        let mut expected = self.path.split('/').skip(1);
        for segment in segments {
            let name = expected.next()?;
            if name.starts_with('{') {
                parameter = Some(*segment).filter(|it| !it.is_empty());
                parameter?;
            } else if name != *segment {
                return None;
            }
        }
        expected.next().is_none().then_some(parameter)
    }
}
