using System.Text;
using CsCheck;
using MultiagentFT.Inference.Tests.Fakes;
using MultiagentFT.Inference.Text;

namespace MultiagentFT.Inference.Tests.Text;

public class TokenTextTests
{
    private readonly FakeTokenizer _tokenizer = new();

    [Fact]
    public void Characters_come_whole()
    {
        var text = new TokenText(_tokenizer);
        Assert.Equal(["a", "", "é", "", "", "", "😀"], Encoding.UTF8.GetBytes("aé😀").Select(b => text.Append(b)));
        Assert.Equal("", text.Flush());
    }

    [Fact]
    public void An_unfinished_character_becomes_a_replacement()
    {
        var text = new TokenText(_tokenizer);
        Assert.Equal("", text.Append(0xC3));
        Assert.Equal("\uFFFD", text.Flush());
    }

    [Fact]
    public void Pieces_make_the_whole_text() =>
        Gen.Int[0, 255].Array[0, 40].Sample(bytes =>
        {
            var text = new TokenText(_tokenizer);
            var pieces = string.Concat(bytes.Select(text.Append)) + text.Flush();
            Assert.Equal(pieces, TokenText.Decode(_tokenizer, bytes));
            Assert.Equal(pieces, Encoding.UTF8.GetString([.. bytes.Select(b => (byte)b)]));
        });
}
