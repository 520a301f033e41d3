// On a tablet, the thank-you screen stays for some seconds before the welcome screen returns.

const thanks = document.querySelector("[data-then]");
setTimeout(() => location.replace(thanks.dataset.then), thanks.dataset.lasts * 1000);
