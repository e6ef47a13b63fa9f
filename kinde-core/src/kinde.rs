//! All areas at once.

use crate::keys::WellKnown;
use crate::oauth::OAuth;
use crate::token::TokenEndpoint;

/// Everything that the service offers: what has all the areas has this, too, so an application can hold one
/// `Arc<dyn Kinde>`. It grows with the areas, and is not to be implemented by hand.
///
/// ```
/// use std::sync::Arc;
/// use kinde::keys::{GetJwks, WellKnown};
/// use kinde::oauth::GetUserProfileV2;
/// use kinde::{AccessToken, Error, Kinde, OAuth};
///
/// async fn both(kinde: Arc<dyn Kinde>, bearer: &AccessToken) -> Result<(), Error> {
///     kinde.get_user_profile_v2(GetUserProfileV2::new(bearer)).await?;
///     kinde.jwks(GetJwks::new()).await?;
///     Ok(())
/// }
/// ```
pub trait Kinde: OAuth + TokenEndpoint + WellKnown {}

impl<K: OAuth + TokenEndpoint + WellKnown + ?Sized> Kinde for K {}
