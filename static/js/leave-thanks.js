// A tablet thanks for so many seconds, before it welcomes the next family.

const thanks = document.querySelector("[data-then]");
setTimeout(() => location.replace(thanks.dataset.then), thanks.dataset.lasts * 1000);
