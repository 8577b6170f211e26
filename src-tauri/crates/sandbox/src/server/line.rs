//! TCP connections that a fault can cut without an answer, and that end when the host goes off the network.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::network::Network;
use crate::clock::real_sleep;

/// Accepts connections whose far end hears nothing more once their [`Line`] is cut.
pub(super) struct CuttableListener {
    /// `None` while the host is off the network.
    listener: Option<TcpListener>,
    address: SocketAddr,
    network: Arc<Network>,
    online: watch::Receiver<bool>,
}

impl CuttableListener {
    pub(super) fn new(listener: TcpListener, address: SocketAddr, network: Arc<Network>) -> Self {
        network.opened();
        let online = network.seen();
        Self { listener: Some(listener), address, network, online }
    }

    /// Closes the port, waits until the host is back, and opens the same port again.
    async fn stay_away(&mut self) {
        if self.listener.take().is_some() {
            self.network.closed();
        }
        // The network lives as long as this listener, so the wait cannot fail.
        let _ = self.online.wait_for(|online| *online).await;
        while self.listener.is_none() {
            match TcpListener::bind(self.address).await {
                Ok(listener) => {
                    self.listener = Some(listener);
                    self.network.opened();
                }
                Err(error) => {
                    tracing::warn!(%error, address = %self.address, "a port is not free again yet");
                    real_sleep(Duration::from_millis(20)).await;
                }
            }
        }
    }
}

impl Listener for CuttableListener {
    type Io = Cuttable;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Cuttable, SocketAddr) {
        loop {
            let Some(listener) = self.listener.as_mut().filter(|_| *self.online.borrow()) else {
                self.stay_away().await;
                continue;
            };
            let (stream, from) = tokio::select! {
                accepted = Listener::accept(listener) => accepted,
                _ = self.online.wait_for(|online| !online) => continue,
            };
            // Small answers go out at once; else a paged sync crawls on delayed acknowledgements.
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "no delay could not be set");
            }
            return (Cuttable::new(stream, from, self.network.seen()), from);
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

/// A handle on the connection that a request came in on.
#[derive(Debug, Clone)]
pub(super) struct Line {
    cut: Arc<AtomicBool>,
    from: IpAddr,
}

impl Line {
    /// The address at the far end; Kommo counts requests by it.
    pub(super) fn from(&self) -> IpAddr {
        self.from
    }

    /// From here on every read and write fails, so that the server drops the socket: the client sees the
    /// connection closed, or reset, before any byte of an answer.
    pub(super) fn cut(&self) {
        self.cut.store(true, Ordering::Release);
    }

    fn check(&self) -> io::Result<()> {
        if self.cut.load(Ordering::Acquire) {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }
}

/// One connection and its handle.
pub(super) struct Cuttable {
    stream: TcpStream,
    line: Line,
    /// Ends when the host goes off the network; wakes a connection that waits for its next request.
    off: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl Cuttable {
    fn new(stream: TcpStream, from: SocketAddr, mut online: watch::Receiver<bool>) -> Self {
        let off = Box::pin(async move {
            let _ = online.wait_for(|online| !online).await;
        });
        Self { stream, line: Line { cut: Arc::default(), from: from.ip() }, off }
    }
}

impl Connected<IncomingStream<'_, CuttableListener>> for Line {
    fn connect_info(stream: IncomingStream<'_, CuttableListener>) -> Self {
        stream.io().line.clone()
    }
}

impl AsyncRead for Cuttable {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.line.cut.load(Ordering::Acquire) && self.off.as_mut().poll(cx).is_ready() {
            self.line.cut();
        }
        self.line.check()?;
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Cuttable {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.line.check()?;
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
