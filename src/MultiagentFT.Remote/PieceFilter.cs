namespace MultiagentFT.Remote;

/// <summary>Hides a key in a text that comes in pieces: what may be its beginning is held back until the next piece.</summary>
internal sealed class PieceFilter(ApiKey? key)
{
    private string _held = "";

    /// <returns>What may be shown now.</returns>
    public string Add(string piece)
    {
        if (key is null) return piece;
        var text = key.Redact(_held + piece);
        var held = key.BeginningAtEnd(text);
        _held = text[(text.Length - held)..];
        return text[..(text.Length - held)];
    }

    /// <returns>What was held back, at the end of the text.</returns>
    public string End()
    {
        var text = _held;
        _held = "";
        return text;
    }
}
