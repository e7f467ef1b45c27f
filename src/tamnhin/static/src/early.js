// Before the first paint: pages may hide what only readers without scripts need (.nojs).
document.documentElement.classList.add("js");
