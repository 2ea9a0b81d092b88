using MultiagentFT.Foundation;
using MultiagentFT.Native.Library;
using MultiagentFT.Testing;

namespace MultiagentFT.Native.Tests.Library;

/// <summary>The layout of the LLamaSharp.Backend packages, as LLamaSharp 0.27's nuspec files describe it, in a folder of empty files.</summary>
public sealed class BackendPackageTests : IDisposable
{
    private readonly TemporaryFolder _program = new();

    public BackendPackageTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "names of Linux");

    public void Dispose() => _program.Dispose();

    [Fact]
    public void TheBestBuildThatThisCpuRunsIsTaken()
    {
        foreach (var name in (string[])["noavx", "avx", "avx2", "avx512"]) Fill(name, "ggml-base", "ggml-cpu", "ggml", "llama");
        Assert.Equal([Native("avx2")], BackendPackage.Folders(_program.Path, "cpu", ["avx2", "avx", "noavx"]));
        Assert.Equal([Native("noavx")], BackendPackage.Folders(_program.Path, "cpu", ["noavx"]));
        Assert.Equal([Native("cuda12"), Native("avx")], BackendPackage.Folders(_program.Path, "cuda", ["avx"]));
        Assert.Equal([Native("vulkan"), Native("avx512")], BackendPackage.Folders(_program.Path, "vulkan", ["avx512", "avx2"]));
    }

    [Fact]
    public void ASystemWithOneBuildHasItWithoutAFolderOfItsOwn()
    {
        Fill("", "ggml-base", "ggml-cpu", "ggml", "llama");
        Assert.Equal([Native("")], BackendPackage.Folders(_program.Path, "cpu", []));
    }

    [Fact]
    public void LibrariesAreLoadedInOrderOfDependenceAndTheCpuBackendFromItsOwnFolder()
    {
        foreach (var name in BackendPackage.InstructionSets()) Fill(name, "ggml-base", "ggml-cpu", "ggml", "llama");
        if (BackendPackage.InstructionSets().Count == 0) Fill("", "ggml-base", "ggml-cpu", "ggml", "llama");
        Fill("cuda12", "ggml-base", "ggml-cuda", "ggml", "llama");
        var processor = BackendPackage.InstructionSets() is [var best, ..] ? best : "";
        var folder = LlamaFolder.At(null, _program.Path, "cuda");
        Assert.True(folder.IsBackendPackage);
        Assert.Equal(
            [
                Path.Combine(Native("cuda12"), "libggml-base.so"),
                Path.Combine(Native(processor), "libggml-cpu.so"),
                Path.Combine(Native("cuda12"), "libggml-cuda.so"),
                Path.Combine(Native("cuda12"), "libggml.so"),
            ],
            folder.GgmlFiles().Select(entry => entry.File));
        Assert.Equal(Path.Combine(Native("cuda12"), "libllama.so"), folder.File("llama"));
    }

    [Fact]
    public void AnOwnFolderComesBeforeThePackage()
    {
        using var own = new TemporaryFolder();
        var folder = LlamaFolder.At(own.Path, _program.Path, "cpu");
        Assert.Equal(own.Path, folder.Path);
        Assert.False(folder.IsBackendPackage);
    }

    [Theory]
    [InlineData("cpu", "LLamaSharp.Backend.Cpu")]
    [InlineData("cuda", "LLamaSharp.Backend.Cuda12")]
    [InlineData("vulkan", "LLamaSharp.Backend.Vulkan")]
    public void AMissingPackageIsNamed(string backend, string package) =>
        Assert.Contains(package, Assert.Throws<InputException>(() => LlamaFolder.At(null, _program.Path, backend)).Message);

    [Fact]
    public void TheOwnBindingRefusesThePackageUnlessItsVersionIsThePinnedOne()
    {
        foreach (var name in BackendPackage.InstructionSets().DefaultIfEmpty("")) Fill(name, "llama");
        var folder = LlamaFolder.At(null, _program.Path, "cpu");
        Assert.Null(LlamaLibrary.CheckVersion(folder, LlamaLibrary.PinnedVersion));
        var error = LlamaLibrary.CheckVersion(folder, "0.4.0");
        Assert.NotNull(error);
        Assert.Contains("LLamaSharp alone", error.Message);
    }

    private string Native(string name) => BackendPackage.Folders(_program.Path, "cpu", [])[0] + (name.Length == 0 ? "" : "/" + name);

    private void Fill(string folder, params string[] libraries)
    {
        var path = Directory.CreateDirectory(Native(folder)).FullName;
        foreach (var name in libraries) File.WriteAllBytes(Path.Combine(path, $"lib{name}.so"), []);
    }
}
