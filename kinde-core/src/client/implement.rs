//! Who has the methods of an area's trait: the client over any transport, and whatever points to an implementation.

/// Takes an area's trait as it is written, and implements it for [`Client`](crate::client::Client) and for a pointer to any
/// implementation. A pointer hands the pointee's future on as it is, and so costs no allocation.
macro_rules! for_client_and_pointers {
    (
        $(#[$about:meta])*
        pub trait $area:ident: Send + Sync {
            $($(#[$doc:meta])* async fn $method:ident(&self, request: $request:ty) -> Result<$output:ty, Error>;)*
        }
    ) => {
        $(#[$about])*
        #[async_trait::async_trait]
        pub trait $area: Send + Sync {
            $($(#[$doc])* async fn $method(&self, request: $request) -> Result<$output, $crate::error::Error>;)*
        }

        #[async_trait::async_trait]
        impl<T: $crate::transport::Transport> $area for $crate::client::Client<T> {
            $(async fn $method(&self, request: $request) -> Result<$output, $crate::error::Error> {
                self.execute(&request).await
            })*
        }

        $crate::client::implement::for_client_and_pointers!(&A => $area { $($method($request) -> $output;)* });
        $crate::client::implement::for_client_and_pointers!(std::sync::Arc<A> => $area { $($method($request) -> $output;)* });
        $crate::client::implement::for_client_and_pointers!(Box<A> => $area { $($method($request) -> $output;)* });
    };
    ($pointer:ty => $area:ident { $($method:ident($request:ty) -> $output:ty;)* }) => {
        impl<A: $area + ?Sized> $area for $pointer {
            $(fn $method<'s, 'f>(&'s self, request: $request) -> $crate::client::implement::BoxFuture<'f, $output>
            where
                's: 'f,
                Self: 'f,
            {
                (**self).$method(request)
            })*
        }
    };
}

/// What `async_trait` makes of an `async fn`.
pub(crate) type BoxFuture<'f, T> =
    std::pin::Pin<Box<dyn Future<Output = Result<T, crate::error::Error>> + Send + 'f>>;

pub(crate) use for_client_and_pointers;
