using System.Text.Json;

namespace MultiagentFT.Foundation.Tests;

public sealed class JsonLinesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ValuesComeBackOneALine()
    {
        var path = _folder.File("a.jsonl");
        Row[] rows = [new("line\nbreak", 1), new("Grüße \u2028", -2)];

        JsonLines.Write(path, rows, JsonFormats.Line);

        Assert.Equal(2, File.ReadAllText(path).Count(c => c == '\n'));
        Assert.Equal(rows, JsonLines.Read<Row>(path, JsonFormats.Line));
    }

    [Fact]
    public void TheTextIsCompactCamelCase()
    {
        var path = _folder.File("a.jsonl");

        JsonLines.Write(path, [new Row("a<b", 1)], JsonFormats.Line);

        Assert.Equal("{\"name\":\"a<b\",\"count\":1}\n", File.ReadAllText(path));
    }

    [Theory]
    [InlineData("{\"name\": \"a\", \"count\": 1, \"name\": \"b\"}", false, " at $.name")]
    [InlineData("{\"name\": \"a\", \"name\": \"b\"}", true, "")]
    [InlineData("{\"row\": {\"name\": \"a\", \"name\": \"b\"}}", true, "")]
    public void KeysThatAreRepeatedAreRefusedByLineAndName(string line, bool asElement, string place)
    {
        var path = _folder.File("a.jsonl");
        File.WriteAllText(path, "\n" + line + "\n");

        var error = Assert.Throws<InputException>(() => asElement ? JsonLines.Read<JsonElement>(path, JsonFormats.Line).Count() : JsonLines.Read<Row>(path, JsonFormats.Line).Count());

        Assert.Equal($"{path}: line 2: expected a JSON object, found the key 'name' twice{place}", error.Message);
    }

    [Fact]
    public void BlankLinesAreSkippedButCounted()
    {
        var path = Write("{\"name\":\"a\",\"count\":1}", "", "  ", "{\"name\":\"b\",\"count\":2}", "", "oops");

        using var rows = JsonLines.Read<Row>(path, JsonFormats.Line).GetEnumerator();

        Assert.True(rows.MoveNext());
        Assert.True(rows.MoveNext());
        Assert.Equal(new Row("b", 2), rows.Current);
        Assert.Equal("line 6", Assert.Throws<InputException>(() => rows.MoveNext()).Place);
    }

    /// <summary>The parser makes infinity of it, which cannot be written again.</summary>
    [Fact]
    public void ANumberBeyondTheLargestDoubleIsRefused()
    {
        var path = Write("{\"value\":1.8e308}");

        var error = Assert.Throws<InputException>(() => JsonLines.Read<Share>(path, JsonFormats.Line).ToList());

        Assert.Equal($"{path}: line 1: expected numbers up to 1.797e308, found 1.8e308", error.Message);
    }

    [Theory]
    [InlineData("{\"name\":\"a\",\"count\":1")]
    [InlineData("{\"name\":\"a\"}")]
    [InlineData("{\"name\":\"a\",\"count\":1,\"extra\":2}")]
    [InlineData("{\"name\":null,\"count\":1}")]
    [InlineData("{\"name\":\"a\",\"count\":\"1\"}")]
    [InlineData("{\"Name\":\"a\",\"count\":1}")]
    [InlineData("{\"name\":\"a\",\"count\":1} {}")]
    [InlineData("[1]")]
    [InlineData("null")]
    public void ABadLineIsNamed(string line)
    {
        var path = Write("{\"name\":\"a\",\"count\":1}", line);

        var error = Assert.Throws<InputException>(() => JsonLines.Read<Row>(path, JsonFormats.Line).ToList());

        Assert.Equal(path, error.InputSource);
        Assert.Equal("line 2", error.Place);
        Assert.StartsWith($"{path}: line 2: expected a JSON object, found ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMissingFileIsNamed()
    {
        var path = _folder.File("none.jsonl");

        var error = Assert.Throws<InputException>(() => JsonLines.Read<Row>(path, JsonFormats.Line).ToList());

        Assert.Equal($"{path}: expected a JSON Lines file, found no such file", error.Message);
    }

    [Fact]
    public void AnErrorInTheSourceKeepsTheOldFile()
    {
        var path = Write("{\"name\":\"old\",\"count\":1}");

        Assert.Throws<InvalidOperationException>(() => JsonLines.Write(path, Failing(), JsonFormats.Line));

        Assert.Equal([new Row("old", 1)], JsonLines.Read<Row>(path, JsonFormats.Line));

        static IEnumerable<Row> Failing()
        {
            yield return new Row("new", 1);
            throw new InvalidOperationException("stopped");
        }
    }

    private string Write(params string[] lines)
    {
        var path = _folder.File("a.jsonl");
        File.WriteAllLines(path, lines);
        return path;
    }

    private sealed record Share(double Value);

    private sealed record Row(string Name, int Count);
}
