using System.Runtime.InteropServices;
using System.Runtime.Loader;
using MultiagentFT.Foundation;
using MultiagentFT.Native.Library;
using MultiagentFT.Native.Tensors;

namespace MultiagentFT.Training.Torch;

/// <summary>
/// Makes TorchSharp's native library load. On systems whose libstdc++ is older than GCC 13's (Debian 12, Ubuntu 22.04) it
/// asks for one version, GLIBCXX_3.4.32, for the sake of one empty function: there a copy of the library that does not
/// insist on it is loaded, after a tiny library of ours that has the function. Elsewhere this does nothing.
/// </summary>
public static class TorchLibrary
{
    private const string Version = "GLIBCXX_3.4.32";
    private const string FileName = "libLibTorchSharp.so";
    private static readonly Lazy<bool> Loaded = new(Load);

    /// <summary>Call before the first use of any TorchSharp type's static state.</summary>
    /// <exception cref="InputException">libtorch is not beside the program, or the system's loader refuses it.</exception>
    public static void EnsureLoaded() => _ = Loaded.Value;

    /// <summary>One line for <c>mft --version</c>: TorchSharp's version, and whether libtorch loads.</summary>
    public static string Describe() => $"TorchSharp {typeof(TorchSharp.torch).Assembly.GetName().Version?.ToString(3)} ({State()})";

    private static string State()
    {
        try
        {
            EnsureLoaded();
            return "libtorch loads";
        }
        catch (Exception error) when (error is InputException or DllNotFoundException or TypeInitializationException or IOException)
        {
            return "libtorch is missing: " + error.Message;
        }
    }

    private static bool Load()
    {
        if (!OperatingSystem.IsLinux()) return true;
        SpinLimit.Set();
        ProductCache.Limit();
        LoadLibrary();
        // Before the first tensor.
        TensorMemory.EnsureUsed();
        return true;
    }

    private static void LoadLibrary()
    {
        var library = Find();
        if (NativeLibrary.TryLoad(library, out _)) return;
        var image = File.ReadAllBytes(library);
        if (ElfVersionPatch.MakeWeak(image, Version) == 0)
            throw new InputException(library, null, "a library that this system can load", "one that it refuses for another reason than " + Version);
        var folder = Path.GetDirectoryName(library)!;
        GlobalLibrary.LoadGlobal(Path.Combine(AppContext.BaseDirectory, "libmft_torch_shim.so"));
        GlobalLibrary.LoadGlobal(Path.Combine(folder, "libtorch.so"));
        var handle = LibraryCopy.Use(image, CopyPath(), NativeLibrary.Load);
        AssemblyLoadContext.GetLoadContext(typeof(TorchSharp.torch).Assembly)!.ResolvingUnmanagedDll +=
            (_, name) => name.Contains("LibTorchSharp", StringComparison.Ordinal) ? handle : 0;
    }

    private static string CopyPath()
    {
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Path.Combine(data.Length > 0 ? data : AppContext.BaseDirectory, "multiagentft", "torchsharp", FileName);
    }

    private static string Find()
    {
        var beside = AppContext.BaseDirectory;
        string[] systems = [RuntimeInformation.RuntimeIdentifier, "linux-x64"];
        string[] folders = [beside, .. systems.Distinct().Select(system => Path.Combine(beside, "runtimes", system, "native"))];
        return folders.Select(folder => Path.Combine(folder, FileName)).FirstOrDefault(File.Exists)
            ?? throw new InputException(FileName, null, "TorchSharp's native library beside the program", $"none in {string.Join(", ", folders)}");
    }
}
