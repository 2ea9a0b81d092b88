using System.Text;

namespace MultiagentFT.Foundation.Tests;

public sealed class LineReaderTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a", "a|")]
    [InlineData("a\n", "a")]
    [InlineData("\n\nb\nc", ",,b,c|")]
    public void LinesEndWithLineFeeds(string text, string expected)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));

        Assert.Equal(expected, string.Join(',', LineReader.Read(stream).Select(line => Encoding.UTF8.GetString(line.Content.Span) + (line.IsWhole ? "" : "|"))));
    }

    [Fact]
    public void LinesMayBeLongerThanTheBuffer()
    {
        var text = $"{new string('a', 200_000)}\nb\n{new string('c', 70_000)}\n";
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));

        var lines = LineReader.Read(stream).Select(line => (line.Content.Length, line.End)).ToList();

        Assert.Equal([(200_000, 200_001), (1, 200_003), (70_000, 270_004)], lines);
    }
}
