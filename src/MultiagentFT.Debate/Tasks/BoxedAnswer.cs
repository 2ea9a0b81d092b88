namespace MultiagentFT.Debate.Tasks;

/// <summary>
/// Finds the answer that a reply commits to: the content of its last usable box, edges trimmed. Boxes are <c>\boxed</c> and <c>\fbox</c>
/// with a group or one token behind them. A box that is not closed, is empty or repeats the prompt's placeholder is not usable.
/// </summary>
public static class BoxedAnswer
{
    /// <summary>Null without a usable box. Takes linear time.</summary>
    public static string? Last(string reply)
    {
        var (lastStart, lastEnd) = (-1, -1);
        var open = new Stack<(int Start, bool IsBox)>();
        for (var at = 0; at < reply.Length;)
        {
            var symbol = reply[at];
            if (symbol == '\\') Command(ref at);
            else
            {
                at++;
                if (symbol == '{') open.Push((at, false));
                else if (symbol == '}' && open.TryPop(out var group) && group.IsBox) Take(group.Start, at - 1);
            }
        }
        return lastStart < 0 ? null : reply.AsSpan(lastStart, lastEnd - lastStart).Trim().ToString();

        void Command(ref int at)
        {
            if (BoxMarker.LengthAt(reply, at) is not (var length and > 0))
            {
                // An escaped brace does not group. A box whose backslash is escaped, as in strings of programs, is one.
                at = Math.Min(at + (BoxMarker.LengthAt(reply, at + 1) > 0 ? 1 : 2), reply.Length);
                return;
            }
            at += length;
            while (at < reply.Length && char.IsWhiteSpace(reply[at])) at++;
            if (at >= reply.Length || reply[at] == '}') return;
            if (reply[at] == '{') open.Push((++at, true));
            else
            {
                var end = BoxMarker.TokenEnd(reply, at);
                Take(at, end);
                at = end;
            }
        }

        // Of a box inside of a box the inner one counts: it starts later.
        void Take(int start, int end)
        {
            if (start > lastStart && !Placeholder.Is(reply.AsSpan(start, end - start))) (lastStart, lastEnd) = (start, end);
        }
    }
}
