using MultiagentFT.Native.Ggml;
using MultiagentFT.Native.Library;

namespace MultiagentFT.Native.Tests.Ggml;

public sealed class CpuDeviceTests
{
    [Fact]
    public void TheGgmlOfThisBuildIsTaken() => Assert.Null(CpuDevice.CheckVersion("/folder", GgmlLibrary.Instance.Version));

    [Theory]
    [InlineData("0.25.1", true)]
    [InlineData("0.25.1-dev", true)]
    [InlineData("0.18.0", true)]
    [InlineData("0.18.01", false)]
    [InlineData("0.26.0", false)]
    [InlineData("of unknown version", false)]
    public void OtherVersionsAreRefusedWithTheRemedy(string version, bool taken)
    {
        var error = CpuDevice.CheckVersion("/folder", version);
        Assert.Equal(taken, error is null);
        if (error is null) return;
        Assert.Contains(version, error.Message);
        Assert.Contains("--decoder llama", error.Message);
        Assert.Contains(LlamaFolder.Variable, error.Message);
    }
}
