using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Formats;

namespace MultiagentFT.Inference.Tests.Formats;

public sealed partial class JsonTextTests
{
    /// <summary>Most texts go on with one of these, so that a walk comes far.</summary>
    private static readonly byte[] Usual = "{}[]\":,\\-+.eE0123456789truefalsnu d\n"u8.ToArray();

    [Theory]
    [InlineData("{}")]
    [InlineData(" \r\n\t{ } ", false)]
    [InlineData("""{"a":1,"b":[true,false,null,-0.5e+10,0,12.0E-7],"":{"c":[]},"d":"\"\\\/\b\f\n\r\t\u00e4\uABCD\ud7ff"}""")]
    [InlineData("""{ "a" : [ 1 , { } , [ ] ] , "ä€😀" : "ä€😀" }""")]
    [InlineData("[]", false)]
    [InlineData("1", false)]
    [InlineData("""{"a":01}""", false)]
    [InlineData("""{"a":+1}""", false)]
    [InlineData("""{"a":1.}""", false)]
    [InlineData("""{"a":.5}""", false)]
    [InlineData("""{"a":1e}""", false)]
    [InlineData("""{"a":-}""", false)]
    [InlineData("""{"a":tru}""", false)]
    [InlineData("""{"a":truee}""", false)]
    [InlineData("""{"a":1,}""", false)]
    [InlineData("""{"a":[1,]}""", false)]
    [InlineData("""{"a":[1}""", false)]
    [InlineData("""{a:1}""", false)]
    [InlineData("""{'a':1}""", false)]
    [InlineData("""{"a" 1}""", false)]
    [InlineData("""{"a":"\x"}""", false)]
    [InlineData("""{"a":"\u12g4"}""", false)]
    [InlineData("""{"a":"\ud800"}""", false)]
    [InlineData("{\"a\":\"\n\"}", false)]
    [InlineData("{}{}", false)]
    public void A_whole_object_is_one(string text, bool isOne = true)
    {
        var json = default(JsonText);

        Assert.Equal(isOne, json.TryAppend(Encoding.UTF8.GetBytes(text)) && json.IsWhole);
    }

    /// <summary>Wherever random texts come, exactly those bytes go on that a reader takes which knows nothing of ours.</summary>
    [Fact]
    public void Byte_by_byte_it_allows_what_a_reader_takes()
    {
        for (var walk = 0; walk < 60; walk++)
        {
            var random = new Seed(3).Of(walk).Generator();
            var (json, text) = (default(JsonText), new List<byte>());
            while (!json.IsWhole && text.Count < 60)
            {
                var allowed = new List<byte>();
                for (var value = 0; value < 256; value++)
                {
                    var next = json;
                    var goesOn = next.TryAppend([(byte)value]);
                    Assert.True(goesOn == Takes([.. text, (byte)value]), $"{Encoding.Latin1.GetString([.. text])} and then {value}: {goesOn}");
                    if (goesOn) allowed.Add((byte)value);
                }
                var usual = allowed.Intersect(Usual).ToList();
                var from = usual.Count > 0 && random.NextDouble() < 0.8 ? usual : allowed;
                text.Add(from[(int)(random.NextDouble() * from.Count)]);
                Assert.True(json.TryAppend([text[^1]]));
            }
        }
    }

    [Fact]
    public void Whatever_does_not_go_on_leaves_it_as_it_was()
    {
        var json = default(JsonText);
        Assert.True(json.TryAppend("{\"a\":[tr"u8));

        Assert.False(json.TryAppend("ue]}x"u8));
        Assert.False(json.TryAppend([]));

        Assert.True(json.TryAppend("ue]}"u8));
        Assert.True(json.IsWhole);
    }

    [Fact]
    public void Depth_and_blanks_have_an_end()
    {
        var (deep, wide) = (default(JsonText), default(JsonText));
        Assert.True(deep.TryAppend("{\"a\":"u8));
        Assert.True(deep.TryAppend(Encoding.ASCII.GetBytes(new string('[', JsonText.MostDepth - 1))));
        Assert.True(wide.TryAppend(Encoding.ASCII.GetBytes(new string(' ', JsonText.MostBlanks))));

        Assert.False(deep.TryAppend("["u8));
        Assert.True(deep.TryAppend(Encoding.ASCII.GetBytes(new string(']', JsonText.MostDepth - 1) + "}")));
        Assert.False(wide.TryAppend("\n"u8));
        Assert.True(wide.TryAppend("{\n"u8));
    }

    /// <summary>Whether a reader of System.Text.Json, a decoder of UTF-8 and the rule of surrogates find no fault in the beginning of a text.</summary>
    private static bool Takes(byte[] text)
    {
        if (text.AsSpan().TrimStart(" \t\r\n"u8) is [var first, ..] && first != '{') return false;
        var strict = (Decoder)new UTF8Encoding(false, throwOnInvalidBytes: true).GetDecoder();
        try
        {
            strict.GetChars(text, new char[text.Length], flush: false);
            var reader = new Utf8JsonReader(text, isFinalBlock: false, default);
            while (reader.Read())
            {
            }
            // The end of an object ends all, blanks too.
            var isWhole = reader is { TokenType: JsonTokenType.EndObject, CurrentDepth: 0 };
            return !EscapedSurrogate().IsMatch(Encoding.Latin1.GetString(text)) && (!isWhole || text[^1] == '}');
        }
        catch (Exception error) when (error is JsonException or DecoderFallbackException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^([^\\]|\\[^u]|\\u([0-9a-cA-CeEfF]...|[dD][0-7]..))*\\u[dD][89a-fA-F]", RegexOptions.Singleline)]
    private static partial Regex EscapedSurrogate();
}
