using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Inference.Tests.Memory;

public class ByteSizeTests
{
    [Theory]
    [InlineData("6GiB", 6L << 30)]
    [InlineData("512MiB", 512L << 20)]
    [InlineData("1.5kib", 1536)]
    [InlineData("2GB", 2_000_000_000)]
    [InlineData("1 TiB", -1)]
    [InlineData("6", -1)]
    [InlineData("GiB", -1)]
    [InlineData("-1GiB", -1)]
    [InlineData("0MiB", -1)]
    [InlineData("1e9GiB", -1)]
    [InlineData("99999999999TiB", -1)]
    [InlineData("", -1)]
    public void Amounts_are_read_with_their_unit(string text, long expected)
    {
        Assert.Equal(expected > 0, ByteSize.TryParse(text, out var bytes));
        if (expected > 0) Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData(6L << 30, "6 GiB")]
    [InlineData(1_610_612_736, "1.5 GiB")]
    [InlineData(3_670_016, "3.5 MiB")]
    [InlineData(512, "0.5 KiB")]
    public void Amounts_are_written_for_people(long bytes, string expected) => Assert.Equal(expected, ByteSize.Text(bytes));
}
