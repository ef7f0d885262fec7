//! What the views of every page are made of: elements, texts and what changes, in one type each. In
//! `view!` every element with its attributes and children is a type of its own, with its own code to
//! build, renew and remove it: an eighth of what a page downloads, at these views' size. Views that few
//! people get (the set-up, the menu of custom elements) are written with `view!`.
//!
//! Who is signed in is known in the browser alone, so a server renders nothing of it.

use leptos::prelude::*;
use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::renderer::Rndr;
use leptos::tachys::view::add_attr::AddAnyAttr;
use leptos::tachys::view::any_view::AnyViewState;
use leptos::tachys::view::{Mountable, Position, PositionState, Render, RenderHtml};
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// A part of a view.
pub enum Node {
    Nothing,
    Text(String),
    Element(Element),
    /// Never empty.
    Many(Vec<Node>),
    /// Made anew whenever a signal changes that it reads.
    Live(Box<dyn FnMut() -> Node + Send>),
    /// Anything else that Leptos can show.
    View(AnyView),
}

/// An element that is not in the page yet.
pub struct Element {
    name: &'static str,
    attributes: &'static [(&'static str, &'static str)],
    texts: Vec<(&'static str, String)>,
    live: Vec<(&'static str, LiveAttribute)>,
    listeners: Vec<(&'static str, Listener)>,
    children: Vec<Node>,
    is_focused: bool,
}

type LiveAttribute = Box<dyn Fn() -> Option<&'static str> + Send>;
type Listener = Box<dyn FnMut(web_sys::Event) + Send>;

/// An element with these attributes and children.
pub fn element(
    name: &'static str,
    attributes: &'static [(&'static str, &'static str)],
    children: Vec<Node>,
) -> Element {
    Element {
        name,
        attributes,
        texts: Vec::new(),
        live: Vec::new(),
        listeners: Vec::new(),
        children,
        is_focused: false,
    }
}

/// What the function says now, and whenever a signal changes that it reads.
pub fn live<N: Into<Node>>(mut node: impl FnMut() -> N + Send + 'static) -> Node {
    Node::Live(Box::new(move || node().into()))
}

/// The children of an element.
macro_rules! nodes {
    ($($node:expr),* $(,)?) => { vec![$($crate::ui::node::Node::from($node)),*] };
}
pub(super) use nodes;

impl Element {
    /// One more attribute.
    pub fn with(mut self, name: &'static str, text: impl Into<String>) -> Element {
        self.texts.push((name, text.into()));
        self
    }

    /// An attribute that comes, changes and goes with the signals that the function reads.
    pub fn live(
        mut self,
        name: &'static str,
        value: impl Fn() -> Option<&'static str> + Send + 'static,
    ) -> Element {
        self.live.push((name, Box::new(value)));
        self
    }

    /// Calls the function whenever this happens to the element.
    pub fn on(
        mut self,
        event: &'static str,
        listener: impl FnMut(web_sys::Event) + Send + 'static,
    ) -> Element {
        self.listeners.push((event, Box::new(listener)));
        self
    }

    /// Moves the focus to it once it is in the page, so that a screen reader starts there too. Custom
    /// elements leave the focus to the page that they are in.
    pub fn focused(self, is_focused: bool) -> Element {
        Element { is_focused, ..self }
    }

    fn build(self) -> State {
        let namespace = match self.name {
            "svg" | "path" | "circle" => Some("http://www.w3.org/2000/svg"),
            _ => None,
        };
        let element = Rndr::create_element(self.name, namespace);
        for (name, value) in self.attributes {
            Rndr::set_attribute(&element, name, value);
        }
        for (name, value) in self.texts {
            Rndr::set_attribute(&element, name, &value);
        }
        let effects = self.live.into_iter().map(|(name, value)| {
            let element = element.clone();
            RenderEffect::new(move |_| match value() {
                Some(value) => Rndr::set_attribute(&element, name, value),
                None => Rndr::remove_attribute(&element, name),
            })
        });
        let effects = effects.collect();
        for (event, listener) in self.listeners {
            // It lives as long as the element, to which things happen out of the page too: a picture
            // that does not load.
            let listener = Closure::wrap(listener as Box<dyn FnMut(web_sys::Event)>);
            let listener = listener.into_js_value();
            // It is refused for nothing that is a function.
            _ = element.add_event_listener_with_callback(event, listener.unchecked_ref());
        }
        let children = self.children.into_iter();
        let children = children.map(|child| {
            let mut child = child.build();
            child.mount(&element, None);
            child
        });
        let children = children.collect();
        if self.is_focused {
            let element = element.clone();
            spawn_local(async move {
                // In a custom element it would be taken from the page around it.
                if document().contains(Some(&element)) {
                    // Fails for elements that cannot have the focus, and these can.
                    _ = element.unchecked_ref::<web_sys::HtmlElement>().focus();
                }
            });
        }
        State::Element {
            _children: children,
            element,
            _effects: effects,
        }
    }
}

/// A part of a view in the page.
pub enum State {
    /// An empty one stands in for nothing.
    Text(web_sys::Text),
    Element {
        element: web_sys::Element,
        _children: Vec<State>,
        _effects: Vec<RenderEffect<()>>,
    },
    Many(Vec<State>),
    Live(RenderEffect<State>),
    View(AnyViewState),
}

impl Render for Node {
    type State = State;

    fn build(self) -> State {
        match self {
            Node::Nothing => State::Text(Rndr::create_text_node("")),
            Node::Text(text) => State::Text(Rndr::create_text_node(&text)),
            Node::Element(element) => element.build(),
            Node::Many(nodes) => State::Many(nodes.into_iter().map(Node::build).collect()),
            Node::Live(mut node) => State::Live(RenderEffect::new(move |before: Option<State>| {
                let node = node();
                match before {
                    Some(mut state) => {
                        node.rebuild(&mut state);
                        state
                    }
                    None => node.build(),
                }
            })),
            Node::View(view) => State::View(view.build()),
        }
    }

    fn rebuild(self, state: &mut State) {
        match (self, state) {
            (Node::View(view), State::View(state)) => view.rebuild(state),
            (node, state) => {
                let mut before = std::mem::replace(state, node.build());
                before.insert_before_this(state);
                before.unmount();
            }
        }
    }
}

impl Mountable for State {
    fn unmount(&mut self) {
        match self {
            State::Text(node) => Rndr::remove(node),
            State::Element { element, .. } => Rndr::remove(element),
            State::Many(states) => states.iter_mut().for_each(Mountable::unmount),
            State::Live(effect) => effect.unmount(),
            State::View(state) => state.unmount(),
        }
    }

    fn mount(&mut self, parent: &web_sys::Element, marker: Option<&web_sys::Node>) {
        match self {
            State::Text(node) => Rndr::insert_node(parent, node, marker),
            State::Element { element, .. } => Rndr::insert_node(parent, element, marker),
            State::Many(states) => {
                for state in states {
                    state.mount(parent, marker);
                }
            }
            State::Live(effect) => effect.mount(parent, marker),
            State::View(state) => state.mount(parent, marker),
        }
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let node: &web_sys::Node = match self {
            State::Text(node) => node,
            State::Element { element, .. } => element,
            State::Many(states) => {
                return states
                    .first()
                    .is_some_and(|state| state.insert_before_this(child));
            }
            State::Live(effect) => return effect.insert_before_this(child),
            State::View(state) => return state.insert_before_this(child),
        };
        let Some(parent) = node.parent_node() else {
            return false;
        };
        child.mount(parent.unchecked_ref(), Some(node));
        true
    }

    fn elements(&self) -> Vec<web_sys::Element> {
        match self {
            State::Text(_) => Vec::new(),
            State::Element { element, .. } => vec![element.clone()],
            State::Many(states) => {
                let mut elements = Vec::new();
                for state in states {
                    elements.extend(state.elements());
                }
                elements
            }
            State::Live(effect) => effect.elements(),
            State::View(state) => state.elements(),
        }
    }
}

impl AddAnyAttr for Node {
    type Output<A: Attribute> = <AnyView as AddAnyAttr>::Output<A>;

    fn add_any_attr<A: Attribute>(self, attribute: A) -> Self::Output<A> {
        self.into_any().add_any_attr(attribute)
    }
}

/// In `view!`.
impl IntoRender for Element {
    type Output = Node;

    fn into_render(self) -> Node {
        Node::Element(self)
    }
}

impl RenderHtml for Node {
    type AsyncOutput = Node;
    type Owned = Node;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Node {
        self
    }

    fn to_html_with_buf(
        self,
        _: &mut String,
        _: &mut Position,
        _: bool,
        _: bool,
        _: Vec<AnyAttribute>,
    ) {
    }

    /// Never called: what a server has rendered holds no node.
    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> State {
        self.build()
    }

    fn into_owned(self) -> Node {
        self
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Node {
        Node::Text(text.to_owned())
    }
}

impl From<String> for Node {
    fn from(text: String) -> Node {
        Node::Text(text)
    }
}

impl From<Element> for Node {
    fn from(element: Element) -> Node {
        Node::Element(element)
    }
}

impl From<AnyView> for Node {
    fn from(view: AnyView) -> Node {
        Node::View(view)
    }
}

impl From<Vec<Node>> for Node {
    fn from(nodes: Vec<Node>) -> Node {
        match nodes.is_empty() {
            true => Node::Nothing,
            false => Node::Many(nodes),
        }
    }
}

impl<N: Into<Node>> From<Option<N>> for Node {
    fn from(node: Option<N>) -> Node {
        node.map_or(Node::Nothing, Into::into)
    }
}
