using System.Text.Json;

namespace MultiagentFT.Foundation.Tests;

public sealed class JsonFormatsTests
{
    [Theory]
    [InlineData("""{"names":["a",null],"parts":[],"sizes":{}}""")]
    [InlineData("""{"names":[],"parts":[{"size":1},null],"sizes":{}}""")]
    [InlineData("""{"names":[],"parts":[],"sizes":{"a":null}}""")]
    [InlineData("""{"names":null,"parts":[],"sizes":{}}""")]
    public void NullsInListsAreRefused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Whole>(json, JsonFormats.Line));

    [Fact]
    public void WholeListsAreRead()
    {
        var whole = JsonSerializer.Deserialize<Whole>("""{"names":["a"],"parts":[{"size":2}],"sizes":{"a":"b"}}""", JsonFormats.Line)!;

        Assert.Equal(("a", 2, "b"), (whole.Names[0], whole.Parts[0].Size, whole.Sizes["a"]));
    }

    [Theory]
    [InlineData("""{"size":"x"}""", "a value of another kind at $.size")]
    [InlineData("""{"size":1,"other":2}""", "an unknown key 'other' at $.other")]
    [InlineData("{}", "no 'size'")]
    public void MessagesNameNoTypes(string json, string expected)
    {
        var error = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Part>(json, JsonFormats.Line));

        Assert.Equal(expected, JsonMessage.Of(error));
    }

    private sealed record Part(int Size);

    private sealed record Whole(IReadOnlyList<string> Names, IReadOnlyList<Part> Parts, IReadOnlyDictionary<string, string> Sizes);
}
