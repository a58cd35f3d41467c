/** Shows the net weight while gross and tare are typed; the server reckons it again. */
for (const row of document.querySelectorAll("[data-net]")) {
  const [gross, tare] = ["gross_kg", "tare_kg"].map((end) => row.querySelector(`[name$="${end}"]`));
  if (gross && tare) row.addEventListener("input", () => show(row, gross, tare));
}

function show(row, gross, tare) {
  const net = row.querySelector(".net");
  net.hidden = gross.value === "" || tare.value === "";
  net.querySelector("output").value = (gross.value - tare.value).toLocaleString("en");
}
