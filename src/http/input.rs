//! What callers send, taken apart (gate 9): a JSON object without unknown, doubled or missing members, and the `reader`
//! parameter. Whatever is wrong is an [`Problem::InvalidRequest`] that names the member.

use std::fmt;
use std::marker::PhantomData;

use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};

use utoipa::IntoParams;

use super::limits::MAX_BODY;
use crate::problem::Problem;

/// Longest name or reason that is told back, in characters.
const MAX_TOLD: usize = 200;
/// Entries that are listed unless another number is asked for.
const DEFAULT_LIMIT: usize = 100;
/// Most entries that are listed.
const MAX_LIMIT: usize = 10_000;

/// A request body.
#[derive(Debug)]
pub struct JsonBody<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if let Some((name, _)) = parameters(request.uri().query()).next() {
            return Err(invalid(Some(&name), "this route takes no query parameters"));
        }
        // Gate 3 has received it and knows that it fits.
        let body = to_bytes(request.into_body(), MAX_BODY).await.map_err(|_| Problem::BodyTooLarge)?;
        parse(&body).map(Self)
    }
}

/// Reads a JSON object.
///
/// # Errors
/// [`Problem::InvalidRequest`].
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let Object(value) = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let reason = error.inner().to_string();
        let member = match (path.as_str(), named(&reason)) {
            ("." | "?", named) => named.map(str::to_owned),
            (path, Some(named)) if !path.ends_with(named) => Some(format!("{path}.{named}")),
            (path, _) => Some(path.to_owned()),
        };
        invalid(member.as_deref(), &reason)
    })?;
    json.end().map_err(|_| invalid(None, "something follows after the JSON object"))?;
    Ok(value)
}

/// The member that serde names in ``missing field `x` ``, ``unknown field `x` `` and ``duplicate field `x` ``.
fn named(reason: &str) -> Option<&str> {
    let about = ["missing field `", "unknown field `", "duplicate field `"];
    let rest = about.iter().find_map(|prefix| reason.strip_prefix(prefix))?;
    rest.split('`').next()
}

/// A value that must be written as a JSON object. Serde alone would take an array of its members as well.
#[derive(Debug)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map))
            }
        }

        deserializer.deserialize_map(Members(PhantomData)).map(Self)
    }
}

/// The query of a card route, for the document.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its schema is used; ReaderQuery reads the query and names what is wrong")]
pub(super) struct ReaderParameter {
    /// Id of a reader from the status. Without it: the only reader that holds a My Number card.
    #[param(nullable = false, max_length = 200)]
    reader: Option<String>,
}

/// The query of a card route: `reader` at most.
#[derive(Debug)]
pub struct ReaderQuery(pub Option<String>);

impl<S: Sync> FromRequestParts<S> for ReaderQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        only(parts, "reader").map(Self)
    }
}

/// The query that names an origin, for the document.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its schema is used; OriginQuery reads the query and names what is wrong")]
pub(super) struct OriginParameter {
    /// The origin, as browsers send it.
    #[param(max_length = 2048, example = "https://portal.example")]
    origin: String,
}

/// The query of a route that takes an origin, as text.
#[derive(Debug)]
pub struct OriginQuery(pub String);

impl<S: Sync> FromRequestParts<S> for OriginQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        only(parts, "origin")?.map(Self).ok_or_else(|| invalid(Some("origin"), "missing"))
    }
}

/// The query that says how many, for the document.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its schema is used; LimitQuery reads the query and names what is wrong")]
pub(super) struct LimitParameter {
    /// How many at most. Without it: 100.
    #[param(nullable = false, minimum = 1, maximum = 10000)]
    limit: Option<usize>,
}

/// The query of a route that lists the latest of many.
#[derive(Debug)]
pub struct LimitQuery(pub usize);

impl<S: Sync> FromRequestParts<S> for LimitQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(text) = only(parts, "limit")? else { return Ok(Self(DEFAULT_LIMIT)) };
        let limit = text.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
        limit.map(Self).ok_or_else(|| invalid(Some("limit"), "must be a number from 1 to 10000"))
    }
}

/// The query of a route that takes none.
#[derive(Debug)]
pub struct NoQuery;

impl<S: Sync> FromRequestParts<S> for NoQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match parameters(parts.uri.query()).next() {
            None => Ok(Self),
            Some((name, _)) => Err(invalid(Some(&name), "this route takes no query parameters")),
        }
    }
}

/// The value of the one parameter a route takes, if it is given.
fn only(parts: &Parts, wanted: &str) -> Result<Option<String>, Problem> {
    let mut found = None;
    for (name, value) in parameters(parts.uri.query()) {
        if name != wanted {
            return Err(invalid(Some(&name), "unknown query parameter"));
        }
        if found.replace(value).is_some() {
            return Err(invalid(Some(&name), "given more than once"));
        }
    }
    Ok(found)
}

fn parameters(query: Option<&str>) -> impl Iterator<Item = (String, String)> {
    let pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs.map(|(name, value)| (name.into_owned(), value.into_owned()))
}

/// A request that was not understood. Both texts are cut to a length that is fit to be told back.
pub(super) fn invalid(member: Option<&str>, reason: &str) -> Problem {
    let cut = |text: &str| text.chars().take(MAX_TOLD).collect();
    Problem::InvalidRequest { member: member.map(cut), detail: cut(reason) }
}
