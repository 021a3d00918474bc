"""PDFs to upload, made with a library that only tests of documents need to load."""

import io

import pikepdf


def a_pdf(*, active: str = "", password: str | None = None, object_streams: bool = False) -> bytes:
    """Make a PDF of an empty page; with something that it does, hidden in compressed parts."""
    made, document = io.BytesIO(), pikepdf.new()
    document.add_blank_page()
    action = {
        "open": {"/S": pikepdf.Name.JavaScript, "/JS": pikepdf.String("app.alert(1)")},
        "launch": {"/S": pikepdf.Name.Launch, "/F": pikepdf.String("a.exe")},
        "submit": {"/S": pikepdf.Name.SubmitForm, "/F": pikepdf.String("https://a.example")},
    }.get(active)
    if action is not None:
        document.Root.OpenAction = pikepdf.Dictionary(action)
    if active == "file":
        document.attachments["a.txt"] = b"a file within"
    if active == "link":  # which is nothing that it does
        document.pages[0].Annots = pikepdf.Array(
            [
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Annot,
                    Subtype=pikepdf.Name.Link,
                    Rect=[0, 0, 9, 9],
                    A=pikepdf.Dictionary(
                        S=pikepdf.Name.URI, URI=pikepdf.String("https://a.example")
                    ),
                )
            ]
        )
    document.save(
        made,
        encryption=pikepdf.Encryption(owner="owner", user=password)
        if password is not None
        else False,
        object_stream_mode=pikepdf.ObjectStreamMode.generate
        if object_streams
        else pikepdf.ObjectStreamMode.disable,
    )
    return made.getvalue()
