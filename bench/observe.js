// Runs in every document of the bench's pages before anything else: finds out when a user could click the button, and
// when the name is on screen, and reports it through `benchReport`. It is the same for all pages.

/* global benchReport */
function observe({ host, name, label, clickDelay }) {
  if (location.hostname !== host) return;

  const report = (kind, details = {}) => benchReport(JSON.stringify({ kind, ...details }));

  /** The document, and the shadow trees of custom elements. */
  const roots = [document];
  const { attachShadow } = Element.prototype;
  Element.prototype.attachShadow = function (init) {
    const root = attachShadow.call(this, init);
    roots.push(root);
    onNewRoot(root);
    return root;
  };
  let onNewRoot = () => {};
  const isVisible = (element) => element.checkVisibility() && element.getBoundingClientRect().height > 0;

  const isCallback = new URLSearchParams(location.search).has("code");
  if (isCallback) reportName();
  else reportStart();

  /** Reports when the name is on screen: in the first frame after it became visible in the document. */
  function reportName() {
    let isShown = false;
    const hasName = (node) => node.nodeType === Node.TEXT_NODE && node.data.includes(name);
    const showsName = (element) => [...element.childNodes].some(hasName) && isVisible(element);
    const contains = (root) =>
      (root.body ?? root).textContent?.includes(name) && [...root.querySelectorAll("*")].some(showsName);
    const look = () => {
      if (isShown || !roots.some(contains)) return;
      isShown = true;
      requestAnimationFrame(() => {
        // From the request for this document, after the provider's redirects.
        const { fetchStart } = performance.getEntriesByType("navigation")[0];
        report("name", { time: performance.now() - fetchStart });
      });
    };
    const observer = new MutationObserver(look);
    const everything = { subtree: true, childList: true, characterData: true, attributes: true };
    onNewRoot = (root) => observer.observe(root, everything);
    roots.forEach(onNewRoot);
  }

  /**
   * Reports when the page can be used: the button has been painted, and something listens for clicks on it. Then
   * clicks it once, after `clickDelay` milliseconds.
   */
  function reportStart() {
    new PerformanceObserver((list) => {
      for (const { name, startTime } of list.getEntries()) {
        if (name === "first-contentful-paint") report("text", { time: startTime });
      }
    }).observe({ type: "paint", buffered: true });

    const listening = new WeakSet();
    const { addEventListener } = EventTarget.prototype;
    EventTarget.prototype.addEventListener = function (type, ...rest) {
      if (type === "click") listening.add(this ?? window);
      return addEventListener.call(this ?? window, type, ...rest);
    };
    const isHeard = (button) => {
      for (let target = button; target; target = target.parentNode ?? target.host) {
        if (listening.has(target) || target.onclick) return true;
      }
      return listening.has(window);
    };

    const find = () => {
      const buttons = roots.flatMap((root) => [...root.querySelectorAll("button:enabled, a, [role=button]")]);
      return buttons.find((button) => button.textContent.includes(label) && isVisible(button));
    };

    // Frames begin when the document may be painted. What is there in one has been painted by the next.
    const waitForPaint = () => {
      requestAnimationFrame(() => (find() ? requestAnimationFrame(waitForListener) : waitForPaint()));
    };
    const waitForListener = () => {
      const button = find();
      if (!button || !isHeard(button)) {
        setTimeout(waitForListener);
        return;
      }
      report("usable", { time: performance.now() });
      if (clickDelay === 0) click();
      else if (clickDelay !== null) setTimeout(click, clickDelay);
    };
    const click = () => {
      report("click", { time: performance.timeOrigin + performance.now() });
      find().click();
    };
    waitForPaint();
  }
}
