using MultiagentFT.Foundation;
using MultiagentFT.Native.Interop;
using MultiagentFT.Native.Library;

namespace MultiagentFT.Native.Ggml;

/// <summary>Any device that ggml computes on.</summary>
internal sealed unsafe class ComputeDevice
{
    private static readonly Lazy<ComputeDevice> FoundCpu = new(() => Find(device => device.Kind == DeviceKind.Cpu, "a CPU backend"));

    private ComputeDevice(nint handle, DeviceDescription description)
    {
        Handle = handle;
        Description = description;
        Memory = GgmlMethods.DeviceBufferType(handle);
        HostMemory = GgmlSchedulerMethods.HostBufferType(handle);
    }

    /// <summary>The CPU, which computes what another device does not.</summary>
    /// <exception cref="InputException">The libraries have no CPU backend.</exception>
    public static ComputeDevice Cpu => FoundCpu.Value;

    /// <summary>The ggml_backend_dev.</summary>
    public nint Handle { get; }

    public DeviceDescription Description { get; }

    public bool IsCpu => Description.Kind == DeviceKind.Cpu;

    /// <summary>Buffer type of the device's own memory.</summary>
    public nint Memory { get; }

    /// <summary>Buffer type of the machine's memory that the device reads fastest; 0 for none.</summary>
    public nint HostMemory { get; }

    /// <summary>The device of a name; null takes the first GPU, or the CPU where there is none.</summary>
    /// <param name="name">ggml's name, such as <c>CUDA0</c>, <c>Vulkan0</c> or <c>CPU</c>.</param>
    /// <exception cref="InputException">No backend has a device of this name.</exception>
    public static ComputeDevice Of(string? name)
    {
        if (name is null) return GgmlLibrary.Instance.HasGpu ? Find(IsGpu, "a GPU") : Cpu;
        return name == Cpu.Description.Name ? Cpu : Find(device => device.Name == name, name);
    }

    /// <summary>Whether the device computes an operation, whose tensors need not be placed.</summary>
    public bool Supports(nint operation) => GgmlMethods.SupportsOperation(Handle, operation) != 0;

    private static bool IsGpu(DeviceDescription device) => device.Kind is DeviceKind.Gpu or DeviceKind.IntegratedGpu;

    private static ComputeDevice Find(Func<DeviceDescription, bool> wanted, string expected)
    {
        var devices = GgmlLibrary.Instance.Devices;
        for (var i = 0; i < devices.Count; i++)
        {
            if (wanted(devices[i])) return new ComputeDevice(GgmlMethods.Device((nuint)i), devices[i]);
        }
        throw new InputException("device", null, expected, $"devices {string.Join(", ", devices.Select(device => device.Name))}");
    }
}
