// Replaces the page by a JSON list of its words: text, rectangle in CSS pixels, and the marked datum (index, type) that holds it, if any.
(() => {
  const data = [...document.querySelectorAll("[data-pii]")];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const words = [];
  while (texts.nextNode()) {
    const node = texts.currentNode;
    if (["SCRIPT", "STYLE"].includes(node.parentElement.tagName)) continue;
    for (const match of node.data.matchAll(/\S+/g)) {
      const range = document.createRange();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      const r = range.getBoundingClientRect();
      const holder = node.parentElement.closest("[data-pii]");
      words.push({
        text: match[0], box: [r.left, r.top, r.right, r.bottom],
        datum: holder ? data.indexOf(holder) : null, type: holder ? holder.dataset.pii : null,
      });
    }
  }
  document.documentElement.innerHTML = "<body><pre></pre></body>";
  document.querySelector("pre").textContent = "WORDS" + JSON.stringify(words) + "END";
})();
