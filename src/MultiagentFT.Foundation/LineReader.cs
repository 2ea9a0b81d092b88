namespace MultiagentFT.Foundation;

/// <summary>Lines of a file of any length, as bytes.</summary>
public static class LineReader
{
    /// <summary>All lines from a stream's position on.</summary>
    public static IEnumerable<TextLine> Read(Stream stream)
    {
        var buffer = new byte[1 << 16];
        // Bytes from start to filled are those of lines that have not been given yet.
        var (start, filled, position) = (0, 0, stream.Position);
        while (true)
        {
            var feed = buffer.AsSpan(start, filled - start).IndexOf((byte)'\n');
            if (feed >= 0)
            {
                position += feed + 1;
                yield return new TextLine(buffer.AsMemory(start, feed), position, IsWhole: true);
                start += feed + 1;
                continue;
            }
            if (start > 0) buffer.AsSpan(start, filled - start).CopyTo(buffer);
            (start, filled) = (0, filled - start);
            if (filled == buffer.Length) Array.Resize(ref buffer, checked(buffer.Length * 2));
            var count = stream.Read(buffer, filled, buffer.Length - filled);
            if (count == 0) break;
            filled += count;
        }
        if (filled > 0) yield return new TextLine(buffer.AsMemory(0, filled), position + filled, IsWhole: false);
    }
}
