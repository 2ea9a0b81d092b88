using MultiagentFT.Debate.Tasks.Files.Parquet;

namespace MultiagentFT.Debate.Tests.Tasks.Files.Parquet;

public sealed class PackedSizeTests
{
    [Theory]
    [InlineData(new byte[] { 64 }, 64L)]
    [InlineData(new byte[] { 0xfe, 0xff, 0x7f }, 2097150L)]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 0x0f, 0 }, 4294967295L)]
    [InlineData(new byte[] { 0x80, 0x80 }, null)]
    [InlineData(new byte[] { 0x80, 0x80, 0x80, 0x80, 0x80, 0x01 }, null)]
    public void Of_snappy(byte[] start, long? size) => Assert.Equal(size, PackedSize.OfSnappy(start));

    [Theory]
    [InlineData(new byte[] { 0x28, 0xb5, 0x2f, 0xfd, 0x20, 7, 1, 0, 0 }, 7L)]
    [InlineData(new byte[] { 0x28, 0xb5, 0x2f, 0xfd, 0x60, 1, 1 }, 513L)]
    [InlineData(new byte[] { 0x28, 0xb5, 0x2f, 0xfd, 0x40, 88, 1, 1 }, 513L)]
    [InlineData(new byte[] { 0x28, 0xb5, 0x2f, 0xfd, 0x83, 88, 9, 9, 9, 9, 0, 0, 1, 0 }, 65536L)]
    [InlineData(new byte[] { 0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, long.MaxValue)]
    [InlineData(new byte[] { 0x28, 0xb5, 0x2f, 0xfd, 0, 88, 1, 0, 0 }, null)]
    [InlineData(new byte[] { 0x28, 0xb5, 0x2f, 0xfd, 0x60, 1 }, null)]
    [InlineData(new byte[] { 0x28, 0xb5, 0x2f, 0xfc, 0x20, 7, 1, 0, 0 }, null)]
    public void Of_zstandard(byte[] start, long? size) => Assert.Equal(size, PackedSize.OfZstandard(start));
}
