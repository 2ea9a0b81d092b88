using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Native.Library;

namespace MultiagentFT.Native.Tests.Library;

public sealed class ProcessRuntimeTests
{
    private static readonly RuntimeKind[] Both = [RuntimeKind.Native, RuntimeKind.Llamasharp];

    [Theory]
    [InlineData(RuntimeKind.Auto, null, RuntimeKind.Native)]
    [InlineData(RuntimeKind.Auto, "", RuntimeKind.Native)]
    [InlineData(RuntimeKind.Auto, "llamasharp", RuntimeKind.Llamasharp)]
    [InlineData(RuntimeKind.Llamasharp, null, RuntimeKind.Llamasharp)]
    [InlineData(RuntimeKind.Native, "llamasharp", RuntimeKind.Native)]
    public void What_is_asked_for_comes_before_the_environment(RuntimeKind asked, string? variable, RuntimeKind expected) =>
        Assert.Equal(expected, ProcessRuntime.Choose(asked, variable, Both));

    [Theory]
    [InlineData(RuntimeKind.Auto, "LLamaSharp", "MFT_RUNTIME: expected native, which this build has, found LLamaSharp")]
    [InlineData(RuntimeKind.Auto, "llamasharp", "MFT_RUNTIME: expected native, which this build has, found llamasharp")]
    [InlineData(RuntimeKind.Llamasharp, null, "runtime: expected native, which this build has, found llamasharp")]
    public void A_runtime_that_the_build_lacks_is_refused(RuntimeKind asked, string? variable, string message) =>
        Assert.Equal(message, Assert.Throws<InputException>(() => ProcessRuntime.Choose(asked, variable, [RuntimeKind.Native])).Message);

    [Fact]
    public void A_process_has_one_runtime()
    {
        var used = ProcessRuntime.Use(RuntimeKind.Auto);

        Assert.Contains(used, ProcessRuntime.Built);
        Assert.Equal(used, ProcessRuntime.Use(used));
        var other = Both.Single(kind => kind != used);
        Assert.StartsWith("runtime: expected " + ProcessRuntime.NameOf(used), Assert.Throws<InputException>(() => ProcessRuntime.Use(other)).Message);
        Assert.Equal(used, ProcessRuntime.Use(RuntimeKind.Auto));
    }
}
