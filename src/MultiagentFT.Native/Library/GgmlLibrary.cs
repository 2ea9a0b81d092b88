using System.Runtime.InteropServices;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Native.Library;

/// <summary>
/// The shared libraries of the process's ggml (<see cref="ProcessRuntime"/>), loaded once on first use and never unloaded. Any version is taken whose tensor types are
/// the known ones; <see cref="LlamaLibrary"/> asks for more.
/// </summary>
public sealed unsafe class GgmlLibrary
{
    private static readonly Lazy<GgmlLibrary> Loaded = new(Load);

    private readonly Dictionary<string, nint> _handles;
    private readonly Lock _gate = new();

    private GgmlLibrary(LlamaFolder files, Dictionary<string, nint> handles)
    {
        Files = files;
        _handles = handles;
        Version = NativeLibrary.TryGetExport(handles[GgmlMethods.BaseLibrary], "ggml_version", out var version)
            ? Marshal.PtrToStringUTF8((nint)((delegate* unmanaged[Cdecl]<byte*>)version)()) ?? ""
            : "of unknown version";
    }

    /// <summary>The loaded libraries.</summary>
    /// <exception cref="InputException">They are missing, have no backend for this machine, or this system cannot load them.</exception>
    public static GgmlLibrary Instance => Loaded.Value;

    /// <summary>Where the libraries lie.</summary>
    public string Folder => Files.Path;

    /// <summary>What ggml_version() says.</summary>
    public string Version { get; }

    /// <summary>Devices of all backends that this machine can use.</summary>
    public IReadOnlyList<DeviceDescription> Devices => [.. Enumerable.Range(0, (int)GgmlMethods.DeviceCount()).Select(Describe)];

    /// <summary>Whether a GPU backend found a device.</summary>
    public bool HasGpu => Devices.Any(device => device.Kind is DeviceKind.Gpu or DeviceKind.IntegratedGpu);

    internal LlamaFolder Files { get; }

    private bool HasCpu => Devices.Any(device => device.Kind == DeviceKind.Cpu);

    /// <summary>Loads libllama, of whatever version, beside ggml.</summary>
    /// <returns>Its handle and its file.</returns>
    /// <exception cref="InputException">It is missing, or this system cannot load it.</exception>
    internal (nint Handle, string File) LoadLlama()
    {
        var file = Files.File(LlamaMethods.Library);
        lock (_gate)
        {
            if (!_handles.TryGetValue(LlamaMethods.Library, out var handle))
                _handles.Add(LlamaMethods.Library, handle = LoadFile(Files, file));
            return (handle, file);
        }
    }

    private static GgmlLibrary Load()
    {
        var files = LlamaFolder.Locate(ProcessRuntime.Use(RuntimeKind.Auto));
        var library = new GgmlLibrary(files, files.GgmlFiles().ToDictionary(entry => entry.Name, entry => LoadFile(files, entry.File)));
        NativeLibrary.SetDllImportResolver(typeof(GgmlLibrary).Assembly, (name, _, _) => library.Find(name));
        LlamaLog.InstallForGgml();
        TypeTraitsCheck.Run(files.Path);
        // Linked backends are there already; the others are libraries of their own.
        foreach (var path in files.Paths)
        {
            if (!library.HasCpu) GgmlMethods.LoadBackends(path);
        }
        return GgmlMethods.DeviceCount() > 0
            ? library
            : throw new InputException(files.Path, null, "a ggml backend that runs on this machine", $"none; {LlamaLog.Since(0)}");
    }

    private nint Find(string name)
    {
        lock (_gate) return _handles.GetValueOrDefault(name);
    }

    private static nint LoadFile(LlamaFolder files, string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            throw files.LoadError(path, error);
        }
    }

    private static DeviceDescription Describe(int index)
    {
        var device = GgmlMethods.Device((nuint)index);
        nuint free, total;
        GgmlMethods.DeviceMemory(device, &free, &total);
        return new DeviceDescription(
            Marshal.PtrToStringUTF8((nint)GgmlMethods.DeviceName(device)) ?? "",
            Marshal.PtrToStringUTF8((nint)GgmlMethods.DeviceDescription(device)) ?? "",
            (DeviceKind)GgmlMethods.DeviceType(device), (long)free, (long)total);
    }
}
