using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf.Tests.Metadata;

public sealed class GgufMetadataTests
{
    private readonly GgufMetadata _metadata = new("m.gguf");

    [Fact]
    public void KeysKeepTheirPlaceWhenReplaced()
    {
        _metadata.Set("a", 1u);
        _metadata.Set("b", "x");
        _metadata.Set("a", "now text");

        Assert.Equal(["a", "b"], _metadata.Keys);
        Assert.Equal("now text", _metadata.RequireString("a"));
    }

    [Fact]
    public void AnAbsentKeyIsFalseAndRequiringItThrows()
    {
        Assert.False(_metadata.TryGetString("k", out _));
        Assert.False(_metadata.TryGetInteger("k", 0, 9, out _));

        var text = Assert.Throws<InputException>(() => _metadata.RequireString("k"));
        var integer = Assert.Throws<InputException>(() => _metadata.RequireInteger("k", 1, 9));

        Assert.Equal("m.gguf: k: expected str, found no such key", text.Message);
        Assert.Equal("m.gguf: k: expected an integer from 1 to 9, found no such key", integer.Message);
    }

    [Fact]
    public void AnotherTypeIsAnErrorAndNeverConverted()
    {
        _metadata.Set("k", new[] { 1 });

        var error = Assert.Throws<InputException>(() => _metadata.TryGet<uint[]>("k", out _));

        Assert.Equal("m.gguf: k: expected arr[u32], found arr[i32]", error.Message);
        Assert.Equal([1], _metadata.Require<int[]>("k"));
    }

    [Theory]
    [InlineData((byte)7)]
    [InlineData((sbyte)7)]
    [InlineData((ushort)7)]
    [InlineData((short)7)]
    [InlineData(7u)]
    [InlineData(7)]
    [InlineData(7ul)]
    [InlineData(7L)]
    public void IntegersOfAnyTypeAreRead(object value)
    {
        _metadata.Set("k", value);

        Assert.Equal(7, _metadata.RequireInteger("k", 0, 7));
        Assert.Equal("m.gguf: k: expected an integer from 0 to 6, found 7",
            Assert.Throws<InputException>(() => _metadata.RequireInteger("k", 0, 6)).Message);
    }

    [Fact]
    public void IntegersBeyond63BitsAndOtherTypesAreRejected()
    {
        _metadata.Set("big", ulong.MaxValue);
        _metadata.Set("float", 7f);

        Assert.Contains("found 18446744073709551615",
            Assert.Throws<InputException>(() => _metadata.RequireInteger("big", 0, long.MaxValue)).Message, StringComparison.Ordinal);
        Assert.Contains("found f32", Assert.Throws<InputException>(() => _metadata.RequireInteger("float", 0, 9)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void TypesOutsideTheFormatAreRefused()
    {
        Assert.Throws<ArgumentException>(() => _metadata.Set("k", 1m));
        Assert.Throws<ArgumentException>(() => _metadata.Set("k", new[,] { { 1 } }));
        Assert.Throws<ArgumentException>(() => _metadata.Set("k", new int[1][]));
        Assert.Throws<ArgumentException>(() => _metadata.Set("", 1));
    }

    [Fact]
    public void ACopyIsIndependent()
    {
        _metadata.Set("k", 1);
        var copy = _metadata.Copy();
        copy.Set("k", 2);
        copy.Set("l", 3);

        Assert.Equal(1, _metadata.Require<int>("k"));
        Assert.Equal(["k"], _metadata.Keys);
        Assert.Equal(["k", "l"], copy.Keys);
    }
}
