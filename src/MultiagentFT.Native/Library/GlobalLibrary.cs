using System.Runtime.InteropServices;
using MultiagentFT.Foundation;

namespace MultiagentFT.Native.Library;

/// <summary>Loads a shared library so that libraries loaded later find its symbols, which NativeLibrary cannot do.</summary>
public static partial class GlobalLibrary
{
    private const int Now = 0x2;
    private const int Global = 0x100;

    /// <summary>dlopen with RTLD_NOW and RTLD_GLOBAL. Linux only. The library stays loaded.</summary>
    /// <returns>The library's handle, good for <see cref="NativeLibrary.GetExport"/>.</returns>
    /// <exception cref="PlatformNotSupportedException">Not on Linux: other systems have no use for it here.</exception>
    /// <exception cref="InputException">The file is missing or the loader refuses it; its reason is in the message.</exception>
    public static nint LoadGlobal(string path)
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("libraries are loaded globally on Linux only");
        path = Path.GetFullPath(path);
        if (!File.Exists(path)) throw new InputException(path, null, "a shared library", "no such file");
        var handle = Open(path, Now | Global);
        if (handle != 0) return handle;
        var reason = Marshal.PtrToStringUTF8(LastError()) ?? "no reason given";
        throw new InputException(path, null, "a shared library that this system can load", reason);
    }

    [LibraryImport("libdl.so.2", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int flags);

    [LibraryImport("libdl.so.2", EntryPoint = "dlerror")]
    private static partial nint LastError();
}
