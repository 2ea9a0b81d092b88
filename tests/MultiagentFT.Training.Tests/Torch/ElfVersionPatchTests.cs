using System.Text;
using MultiagentFT.Training.Torch;

namespace MultiagentFT.Training.Tests.Torch;

public sealed class ElfVersionPatchTests
{
    [Fact]
    public void OnlyTheNamedRequirementBecomesWeak()
    {
        var image = Image();
        Assert.Equal(1, ElfVersionPatch.MakeWeak(image, "NEW_2"));
        Assert.Equal((0, 2), (image[FlagsOffset(0)], image[FlagsOffset(1)]));
    }

    [Theory]
    [InlineData("NEW_3")]
    [InlineData("NEW")]
    public void OtherVersionsAreLeftAlone(string version)
    {
        var image = Image();
        Assert.Equal(0, ElfVersionPatch.MakeWeak(image, version));
        Assert.Equal(Image(), image);
    }

    [Fact]
    public void WhatIsNoElfFileIsLeftAlone() => Assert.Equal(0, ElfVersionPatch.MakeWeak(new byte[100], "NEW_2"));

    private const int NeedsOffset = 64;
    private const int StringsOffset = 160;
    private const int SectionsOffset = 200;

    private static int FlagsOffset(int entry) => NeedsOffset + 16 + (entry * 16) + 4;

    /// <summary>The least that the patch reads: a header, one Verneed with two Vernaux, their strings, two section headers.</summary>
    private static byte[] Image()
    {
        var image = new byte[SectionsOffset + (2 * 64)];
        ((byte[])[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]).CopyTo(image, 0);
        BitConverter.TryWriteBytes(image.AsSpan(0x28), (long)SectionsOffset);
        BitConverter.TryWriteBytes(image.AsSpan(0x3a), (ushort)64);
        BitConverter.TryWriteBytes(image.AsSpan(0x3c), (ushort)2);
        BitConverter.TryWriteBytes(image.AsSpan(NeedsOffset + 2), (ushort)2);
        BitConverter.TryWriteBytes(image.AsSpan(NeedsOffset + 8), 16u);
        BitConverter.TryWriteBytes(image.AsSpan(NeedsOffset + 16 + 8), 1u);
        BitConverter.TryWriteBytes(image.AsSpan(NeedsOffset + 16 + 12), 16u);
        BitConverter.TryWriteBytes(image.AsSpan(NeedsOffset + 32 + 8), 7u);
        Encoding.ASCII.GetBytes("\0OLD_1\0NEW_2\0").CopyTo(image, StringsOffset);
        BitConverter.TryWriteBytes(image.AsSpan(SectionsOffset + 4), 0x6ffffffeu);
        BitConverter.TryWriteBytes(image.AsSpan(SectionsOffset + 0x18), (long)NeedsOffset);
        BitConverter.TryWriteBytes(image.AsSpan(SectionsOffset + 0x28), 1u);
        BitConverter.TryWriteBytes(image.AsSpan(SectionsOffset + 0x2c), 1);
        BitConverter.TryWriteBytes(image.AsSpan(SectionsOffset + 64 + 0x18), (long)StringsOffset);
        return image;
    }
}
