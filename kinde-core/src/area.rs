//! Who has the methods of an area's trait: the client over any transport, and whatever points to one who has them.

/// Implements the trait for [`Client`](crate::Client), and for a pointer to any implementation. A pointer hands the
/// pointee's future on as it is, and so costs no allocation.
macro_rules! implement {
    ($area:ident { $($method:ident($request:ty) -> $output:ty;)* }) => {
        #[async_trait::async_trait]
        impl<T: $crate::Transport> $area for $crate::Client<T> {
            $(async fn $method(&self, request: $request) -> Result<$output, $crate::Error> {
                self.execute(&request).await
            })*
        }

        $crate::area::implement!(&A => $area { $($method($request) -> $output;)* });
        $crate::area::implement!(std::sync::Arc<A> => $area { $($method($request) -> $output;)* });
        $crate::area::implement!(Box<A> => $area { $($method($request) -> $output;)* });
    };
    ($pointer:ty => $area:ident { $($method:ident($request:ty) -> $output:ty;)* }) => {
        impl<A: $area + ?Sized> $area for $pointer {
            $(fn $method<'s, 'f>(&'s self, request: $request) -> $crate::area::Answer<'f, $output>
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
pub(crate) type Answer<'f, T> = std::pin::Pin<Box<dyn Future<Output = Result<T, crate::Error>> + Send + 'f>>;

pub(crate) use implement;
