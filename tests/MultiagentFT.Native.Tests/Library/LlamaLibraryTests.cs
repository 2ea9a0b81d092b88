using MultiagentFT.Foundation;
using MultiagentFT.Native.Interop;
using MultiagentFT.Native.Library;
using MultiagentFT.Testing;

namespace MultiagentFT.Native.Tests.Library;

public sealed class LlamaLibraryTests
{
    [Fact]
    public void ThePinnedVersionIsLoaded()
    {
        Assert.StartsWith(LlamaLibrary.PinnedVersion, LlamaLibrary.Instance.Version);
        Assert.True(Directory.Exists(LlamaLibrary.Instance.Folder));
    }

    [Fact]
    public void TheCpuIsADevice()
    {
        var cpu = Assert.Single(LlamaLibrary.Instance.Ggml.Devices, device => device.Kind == DeviceKind.Cpu);
        Assert.NotEmpty(cpu.Description);
        Assert.True(cpu.TotalBytes > 0);
    }

    [Fact]
    public void ParametersStandAtTheOffsetsUsed()
    {
        _ = LlamaLibrary.Instance;
        Assert.True(LlamaMethods.ContextDefaultParameters().HasExpectedDefaults);
        Assert.True(LlamaMethods.ModelDefaultParameters().HasExpectedDefaults);
        Assert.False(default(ContextParameters).HasExpectedDefaults);
        Assert.False(default(ModelParameters).HasExpectedDefaults);
    }

    [Theory]
    [InlineData("0.5.0", true)]
    [InlineData("0.5.0-dev", true)]
    [InlineData("0.5.1", false)]
    [InlineData("0.5.01", false)]
    [InlineData("", false)]
    public void OnlyThePinnedVersionIsTaken(string version, bool taken)
    {
        using var folder = new TemporaryFolder();
        var error = LlamaLibrary.CheckVersion(LlamaFolder.At(folder.Path, "", null), version);
        Assert.Equal(taken, error is null);
        if (error is not null) Assert.Contains(LlamaFolder.Variable, error.Message);
    }

    [Fact]
    public void ALibraryThatCannotBeLoadedSaysWhatToDo()
    {
        using var folder = new TemporaryFolder();
        var files = LlamaFolder.At(folder.Path, "", null);
        var error = files.LoadError("/x/libllama.so", new DllNotFoundException("version `GLIBC_2.34' not found"));
        Assert.Contains("older than 2.34", error.Message);
        Assert.Contains(LlamaFolder.Variable, error.Message);
        error = files.LoadError("/x/libggml-cuda.so", new DllNotFoundException("libcuda.so.1: cannot open shared object file"));
        Assert.Contains("no CUDA driver", error.Message);
        Assert.Contains("-p:LlamaBackend=cpu", error.Message);
    }

    [Fact]
    public void FilesAreFoundWithOrWithoutVersionAndOnlyOnce()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "names of Linux");
        using var folder = new TemporaryFolder();
        var llama = LlamaFolder.At(folder.Path, "", null);
        Assert.Contains("libllama.so", Assert.Throws<InputException>(() => llama.File("llama")).Message);
        string[] names =
            ["libllama.cuda.v0.5.0.so", "libllama-common.so", "libggml-base.so", "libggml.cuda.v0.5.0.so", "libggml-cuda.so"];
        foreach (var name in names) File.WriteAllBytes(folder.File(name), []);
        Assert.Equal(folder.File("libllama.cuda.v0.5.0.so"), llama.File("llama"));
        Assert.Equal(folder.File("libggml.cuda.v0.5.0.so"), llama.File("ggml"));
        Assert.Equal(folder.File("libggml-base.so"), llama.File("ggml-base"));
        File.WriteAllBytes(folder.File("libllama.v0.5.0.so"), []);
        Assert.Contains("libllama.cuda.v0.5.0.so", Assert.Throws<InputException>(() => llama.File("llama")).Message);
        Assert.Throws<InputException>(() => LlamaFolder.At(folder.File("none"), "", null));
    }
}
