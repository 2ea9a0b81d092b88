using System.Runtime.InteropServices;
using MultiagentFT.Foundation;
using MultiagentFT.Native.Library;
using MultiagentFT.Testing;

namespace MultiagentFT.Native.Tests.Library;

public sealed class GlobalLibraryTests
{
    [Fact]
    public void TheTorchShimLiesBesideTheProgramAndDefinesItsSymbol()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux only");
        var handle = GlobalLibrary.LoadGlobal(Path.Combine(AppContext.BaseDirectory, "libmft_torch_shim.so"));
        Assert.True(NativeLibrary.TryGetExport(handle, "_ZSt21ios_base_library_initv", out var symbol));
        Assert.NotEqual(0, symbol);
    }

    [Fact]
    public void AFileThatIsNoLibraryIsNamedWithTheReason()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux only");
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("text.so"), "not a library");
        Assert.Contains("text.so", Assert.Throws<InputException>(() => GlobalLibrary.LoadGlobal(folder.File("text.so"))).Message);
        Assert.Contains("no such file", Assert.Throws<InputException>(() => GlobalLibrary.LoadGlobal(folder.File("none.so"))).Message);
    }
}
