//! One WebSocket, from its opening to its end. Whether another follows is for its owner to decide.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BinaryType, MessageEvent, Url, WebSocket};

/// What is heard on a socket.
#[derive(Debug)]
pub(crate) enum Heard {
    /// It is open.
    Open,
    /// A text.
    Text(String),
    /// A binary message.
    Frame(Vec<u8>),
    /// It is over; nothing follows.
    Closed,
}

/// An open socket; dropping it closes it, and nothing more is heard.
pub(crate) struct Socket {
    wire: WebSocket,
    _opened: Closure<dyn FnMut()>,
    _closed: Closure<dyn FnMut()>,
    _message: Closure<dyn FnMut(MessageEvent)>,
}

impl Socket {
    /// Connects to a path of the server, seen from the page's own address; as safely as the page itself was fetched.
    pub(crate) fn connect(path: &str, hear: impl Fn(Heard) + Clone + 'static) -> Result<Self, JsValue> {
        let page = web_sys::window().and_then(|window| window.document());
        let base = page.ok_or(JsValue::NULL)?.base_uri()?.ok_or(JsValue::NULL)?;
        let address = Url::new_with_base(path, &base)?;
        address.set_protocol(if address.protocol() == "https:" {
            "wss:"
        } else {
            "ws:"
        });
        let socket = WebSocket::new(&address.href())?;
        socket.set_binary_type(BinaryType::Arraybuffer);

        let say = hear.clone();
        let opened = Closure::<dyn FnMut()>::new(move || say(Heard::Open));
        let say = hear.clone();
        let closed = Closure::<dyn FnMut()>::new(move || say(Heard::Closed));
        let message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let data = event.data();
            if let Some(text) = data.as_string() {
                hear(Heard::Text(text));
            } else if let Ok(buffer) = data.dyn_into::<js_sys::ArrayBuffer>() {
                hear(Heard::Frame(js_sys::Uint8Array::new(&buffer).to_vec()));
            }
        });
        socket.set_onopen(Some(opened.as_ref().unchecked_ref()));
        socket.set_onclose(Some(closed.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(message.as_ref().unchecked_ref()));
        Ok(Self {
            wire: socket,
            _opened: opened,
            _closed: closed,
            _message: message,
        })
    }

    /// Sends a text, if the socket is open; answers whether it was.
    pub(crate) fn send(&self, text: &str) -> bool {
        self.wire.ready_state() == WebSocket::OPEN && self.wire.send_with_str(text).is_ok()
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.wire.set_onopen(None);
        self.wire.set_onclose(None);
        self.wire.set_onmessage(None);
        // Closing a socket that is closed already is no harm.
        let _ = self.wire.close();
    }
}
