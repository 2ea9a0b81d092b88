using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Text;

/// <summary>
/// The text of an answer as it grows, up to the first of some stop texts. What may be the beginning of one is held back until it is
/// known not to be.
/// </summary>
/// <param name="stops">None is empty.</param>
internal sealed class AnswerText(ITokenizer tokenizer, IReadOnlyList<string> stops)
{
    private readonly TokenText _text = new(tokenizer);
    private readonly int _longest = stops.Count == 0 ? 0 : stops.Max(stop => stop.Length);
    private string _held = "";

    /// <summary>Characters of all tokens so far, held ones included.</summary>
    public int Decoded { get; private set; }

    /// <summary>Characters that have been returned.</summary>
    public int Released { get; private set; }

    /// <summary>Whether a stop text was met: nothing is released any more.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>What this token lets go of, often its own text, sometimes nothing.</summary>
    public string Append(int token) => Release(_text.Append(token), isLast: false);

    /// <summary>What is left when the answer ends.</summary>
    public string Flush() => Release(_text.Flush(), isLast: true);

    private string Release(string piece, bool isLast)
    {
        Decoded += piece.Length;
        if (IsStopped) return "";
        var text = _held.Length == 0 ? piece : _held + piece;
        var end = FirstStop(text);
        IsStopped = end >= 0;
        if (!IsStopped) end = isLast ? text.Length : text.Length - BegunStop(text);
        _held = IsStopped ? "" : text[end..];
        Released += end;
        return text[..end];
    }

    private int FirstStop(string text)
    {
        var first = -1;
        for (var i = 0; i < stops.Count; i++)
        {
            var found = text.IndexOf(stops[i], StringComparison.Ordinal);
            if (found >= 0 && (first < 0 || found < first)) first = found;
        }
        return first;
    }

    /// <summary>Length of the longest end of the text that a stop text begins with.</summary>
    private int BegunStop(string text)
    {
        for (var length = Math.Min(_longest - 1, text.Length); length > 0; length--)
        {
            var end = text.AsSpan(text.Length - length);
            for (var i = 0; i < stops.Count; i++)
            {
                if (stops[i].AsSpan().StartsWith(end, StringComparison.Ordinal)) return length;
            }
        }
        return 0;
    }
}
