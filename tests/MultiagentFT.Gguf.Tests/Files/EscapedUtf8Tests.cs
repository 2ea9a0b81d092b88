using System.Text;
using MultiagentFT.Gguf.Tests.Samples;

namespace MultiagentFT.Gguf.Tests.Files;

public sealed class EscapedUtf8Tests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Attributes cannot hold lone surrogates, so the text is given as UTF-16 code units.</summary>
    [Theory]
    [InlineData(new byte[] { 0xff, 0xfe }, new[] { 0xdcff, 0xdcfe }, "\\xFF\\xFE")]
    [InlineData(new byte[] { 0x61, 0xc3, 0x28 }, new[] { 0x61, 0xdcc3, 0x28 }, "a\\xC3(")]
    [InlineData(new byte[] { 0xf0, 0x9f, 0x98, 0x80, 0x80 }, new[] { 0xd83d, 0xde00, 0xdc80 }, "😀\\x80")]
    [InlineData(new byte[] { 0xed, 0xa0, 0x80 }, new[] { 0xdced, 0xdca0, 0xdc80 }, "\\xED\\xA0\\x80")]
    [InlineData(new byte[] { 0xc3, 0xa9 }, new[] { 0xe9 }, "é")]
    public void BytesComeBackAndAreShown(byte[] bytes, int[] units, string shown)
    {
        var text = EscapedUtf8.Decode(bytes);
        Assert.Equal(units, text.Select(unit => (int)unit));
        Assert.Equal(bytes, EscapedUtf8.Encode(text));
        Assert.Equal(shown, EscapedUtf8.Show(text));
    }

    [Fact]
    public void SurrogatesThatStandForNoByteAreRefused()
    {
        Assert.Throws<EncoderFallbackException>(() => EscapedUtf8.Encode("\ud800"));
        Assert.Throws<EncoderFallbackException>(() => EscapedUtf8.Encode("\udc00\udcff"));
        Assert.Equal([0xf0, 0x90, 0x82, 0x80], EscapedUtf8.Encode("\ud800\udc80"));
    }

    [Fact]
    public void ListsOfAFileMayHoldAnyBytes()
    {
        string[] tokens = ["a", "\udcff\udcfe", "😀"];
        var metadata = new GgufMetadata();
        metadata.Set("tokens", tokens);
        GgufWriter.Write(_folder.File("a.gguf"), metadata, []);
        using var file = GgufFile.Open(_folder.File("a.gguf"));

        Assert.Equal(tokens, file.Metadata.RequireStringArray("tokens"));
        Assert.True(File.ReadAllBytes(_folder.File("a.gguf")).AsSpan().IndexOf((ReadOnlySpan<byte>)[2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe]) > 0);
    }
}
