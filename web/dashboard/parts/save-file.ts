// Saves a file that the page made.

export function saveFile(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

export const csvBlob = (text: string) => new Blob([text], { type: "text/csv" });
