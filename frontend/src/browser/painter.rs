//! Draws frames on a canvas with WebGL2: levels in one texture, their colours in another.
//!
//! Knows nothing of the page. After a lost context all of it is made anew, from the last frame that it was given.

use atheria_shared::frame::{FrameHeader, Scale};
use atheria_shared::view::Quantity;
use frontend::camera::{Edges, Placement, Xy};
use frontend::colormap::Table;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    HtmlCanvasElement, WebGl2RenderingContext as Gl, WebGlContextAttributes, WebGlProgram, WebGlTexture,
    WebGlUniformLocation,
};

/// Lines between cells are drawn from this many pixels of the page a cell.
const GRID_FROM_PIXELS: f64 = 8.0;
const GRID_OPACITY: f32 = 0.075;

/// One triangle that covers the canvas.
const VERTEX: &str = "#version 300 es
void main() {
  vec2 corner = vec2(float((gl_VertexID << 1) & 2), float(gl_VertexID & 2));
  gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}";
const FRAGMENT: &str = include_str!("painter.frag");

/// Why nothing can be drawn.
#[derive(Debug)]
pub(crate) enum PainterError {
    /// The browser has no WebGL2.
    Missing,
    /// It refused a shader or a texture.
    Refused(String),
}

struct Uniforms {
    canvas: Option<WebGlUniformLocation>,
    corner: Option<WebGlUniformLocation>,
    span: Option<WebGlUniformLocation>,
    size: Option<WebGlUniformLocation>,
    edged: Option<WebGlUniformLocation>,
    world: Option<WebGlUniformLocation>,
    blend: Option<WebGlUniformLocation>,
    rgb: Option<WebGlUniformLocation>,
    grid: Option<WebGlUniformLocation>,
}

/// A canvas that frames are drawn on.
pub(crate) struct Painter {
    canvas: HtmlCanvasElement,
    gl: Gl,
    uniforms: Uniforms,
    picture: WebGlTexture,
    colours: WebGlTexture,
    frame: Option<(FrameHeader, Vec<u8>)>,
    table: Option<Table>,
}

impl Painter {
    /// Takes a canvas over.
    pub(crate) fn new(canvas: HtmlCanvasElement) -> Result<Self, PainterError> {
        let wishes = WebGlContextAttributes::new();
        wishes.set_alpha(false);
        wishes.set_antialias(false);
        wishes.set_depth(false);
        // What was drawn can be read back, by a test or by a user who saves the picture.
        wishes.set_preserve_drawing_buffer(true);
        let context = canvas.get_context_with_context_options("webgl2", &wishes);
        let gl: Gl = context
            .ok()
            .flatten()
            .and_then(|context| context.dyn_into().ok())
            .ok_or(PainterError::Missing)?;
        let (uniforms, picture, colours) = prepare(&gl)?;
        Ok(Self {
            canvas,
            gl,
            uniforms,
            picture,
            colours,
            frame: None,
            table: None,
        })
    }

    /// Makes everything anew, after the context was lost and came back.
    pub(crate) fn restore(&mut self) -> Result<(), PainterError> {
        (self.uniforms, self.picture, self.colours) = prepare(&self.gl)?;
        if let Some((header, pixels)) = self.frame.take() {
            self.show(header, pixels)?;
        }
        if let Some(table) = self.table.take() {
            self.colour(&table)?;
        }
        Ok(())
    }

    /// Takes the size of the canvas on the screen, in its pixels.
    pub(crate) fn resize(&self, size: Xy) {
        let (width, height) = (size.x.max(1.0) as u32, size.y.max(1.0) as u32);
        if self.canvas.width() != width || self.canvas.height() != height {
            self.canvas.set_width(width);
            self.canvas.set_height(height);
        }
    }

    /// The frame that is shown.
    pub(crate) fn frame(&self) -> Option<(&FrameHeader, &[u8])> {
        let (header, pixels) = self.frame.as_ref()?;
        Some((header, pixels))
    }

    /// Takes the next frame.
    pub(crate) fn show(&mut self, header: FrameHeader, pixels: Vec<u8>) -> Result<(), PainterError> {
        let gl = &self.gl;
        let (inner, format) = if header.quantity == Quantity::Rgb {
            (Gl::RGB8, Gl::RGB)
        } else {
            (Gl::R8, Gl::RED)
        };
        gl.active_texture(Gl::TEXTURE0);
        gl.bind_texture(Gl::TEXTURE_2D, Some(&self.picture));
        let same = self.frame.as_ref().is_some_and(|(old, _)| {
            (old.width, old.height, old.bytes_per_pixel())
                == (header.width, header.height, header.bytes_per_pixel())
        });
        let (width, height) = (header.width.cast_signed(), header.height.cast_signed());
        let taken = if same {
            gl.tex_sub_image_2d_with_i32_and_i32_and_u32_and_type_and_opt_u8_array(
                Gl::TEXTURE_2D,
                0,
                0,
                0,
                width,
                height,
                format,
                Gl::UNSIGNED_BYTE,
                Some(&pixels),
            )
        } else {
            gl.tex_image_2d_with_i32_and_i32_and_i32_and_format_and_type_and_opt_u8_array(
                Gl::TEXTURE_2D,
                0,
                inner.cast_signed(),
                width,
                height,
                0,
                format,
                Gl::UNSIGNED_BYTE,
                Some(&pixels),
            )
        };
        taken.map_err(|error| refused(&error))?;
        self.frame = Some((header, pixels));
        Ok(())
    }

    /// Takes the colours of the levels.
    pub(crate) fn colour(&mut self, table: &Table) -> Result<(), PainterError> {
        if self.table.as_ref() == Some(table) {
            return Ok(());
        }
        let gl = &self.gl;
        gl.active_texture(Gl::TEXTURE1);
        gl.bind_texture(Gl::TEXTURE_2D, Some(&self.colours));
        gl.tex_image_2d_with_i32_and_i32_and_i32_and_format_and_type_and_opt_u8_array(
            Gl::TEXTURE_2D,
            0,
            Gl::RGBA8.cast_signed(),
            256,
            1,
            0,
            Gl::RGBA,
            Gl::UNSIGNED_BYTE,
            Some(table.as_flattened()),
        )
        .map_err(|error| refused(&error))?;
        self.table = Some(*table);
        Ok(())
    }

    /// Forgets the world: the canvas is empty.
    pub(crate) fn clear(&mut self) {
        self.frame = None;
        self.gl.clear_color(0.027, 0.031, 0.043, 1.0);
        self.gl.clear(Gl::COLOR_BUFFER_BIT);
    }

    /// The header of the frame that is shown.
    pub(crate) fn header(&self) -> Option<&FrameHeader> {
        self.frame.as_ref().map(|(header, _)| header)
    }

    /// Draws the frame at its place, inside the world's edges. `pixel_ratio`: pixels of the screen for one of the page.
    pub(crate) fn draw(&self, place: Placement, edges: Option<Edges>, pixel_ratio: f64) {
        let Some((header, _)) = &self.frame else { return };
        let (gl, to) = (&self.gl, &self.uniforms);
        let (width, height) = (self.canvas.width(), self.canvas.height());
        gl.viewport(0, 0, width.cast_signed(), height.cast_signed());
        gl.uniform2f(to.canvas.as_ref(), width as f32, height as f32);
        let corner = place.texel_at_corner(header);
        gl.uniform2f(to.corner.as_ref(), corner.x as f32, corner.y as f32);
        gl.uniform1f(to.span.as_ref(), place.texels_a_pixel(header) as f32);
        gl.uniform2f(to.size.as_ref(), header.width as f32, header.height as f32);
        gl.uniform1i(to.edged.as_ref(), i32::from(edges.is_some()));
        if let Some(Edges { low, high }) = edges {
            let [left, top, right, bottom] = [low.x, low.y, high.x, high.y].map(|at| at as f32);
            gl.uniform4f(to.world.as_ref(), left, top, right, bottom);
        }
        gl.uniform1i(
            to.blend.as_ref(),
            match (header.quantity, header.scale) {
                (Quantity::Rgb, _) | (_, Scale::Logarithmic) => 1,
                (_, Scale::Linear) => 2,
                (_, Scale::Cyclic) => 0,
            },
        );
        gl.uniform1i(to.rgb.as_ref(), i32::from(header.quantity == Quantity::Rgb));
        let lines = header.cells_per_pixel <= 1 && place.scale >= GRID_FROM_PIXELS * pixel_ratio;
        gl.uniform1f(to.grid.as_ref(), if lines { GRID_OPACITY } else { 0.0 });
        gl.draw_arrays(Gl::TRIANGLES, 0, 3);
    }
}

fn prepare(gl: &Gl) -> Result<(Uniforms, WebGlTexture, WebGlTexture), PainterError> {
    let program = link(gl)?;
    gl.use_program(Some(&program));
    gl.pixel_storei(Gl::UNPACK_ALIGNMENT, 1);
    let place = |name: &str| gl.get_uniform_location(&program, name);
    gl.uniform1i(place("picture").as_ref(), 0);
    gl.uniform1i(place("colours").as_ref(), 1);
    let uniforms = Uniforms {
        canvas: place("canvas"),
        corner: place("corner"),
        span: place("span"),
        size: place("size"),
        edged: place("edged"),
        world: place("world"),
        blend: place("blend"),
        rgb: place("rgb"),
        grid: place("grid"),
    };
    Ok((uniforms, texture(gl, Gl::TEXTURE0)?, texture(gl, Gl::TEXTURE1)?))
}

fn texture(gl: &Gl, unit: u32) -> Result<WebGlTexture, PainterError> {
    let texture = gl
        .create_texture()
        .ok_or_else(|| PainterError::Refused("no texture".to_owned()))?;
    gl.active_texture(unit);
    gl.bind_texture(Gl::TEXTURE_2D, Some(&texture));
    for (what, how) in [
        (Gl::TEXTURE_MIN_FILTER, Gl::NEAREST),
        (Gl::TEXTURE_MAG_FILTER, Gl::NEAREST),
        (Gl::TEXTURE_WRAP_S, Gl::CLAMP_TO_EDGE),
        (Gl::TEXTURE_WRAP_T, Gl::CLAMP_TO_EDGE),
    ] {
        gl.tex_parameteri(Gl::TEXTURE_2D, what, how.cast_signed());
    }
    Ok(texture)
}

fn link(gl: &Gl) -> Result<WebGlProgram, PainterError> {
    let no = |what: &str| PainterError::Refused(what.to_owned());
    let program = gl.create_program().ok_or_else(|| no("no program"))?;
    for (kind, source) in [(Gl::VERTEX_SHADER, VERTEX), (Gl::FRAGMENT_SHADER, FRAGMENT)] {
        let shader = gl.create_shader(kind).ok_or_else(|| no("no shader"))?;
        gl.shader_source(&shader, source);
        gl.compile_shader(&shader);
        if gl.get_shader_parameter(&shader, Gl::COMPILE_STATUS) != JsValue::TRUE {
            return Err(PainterError::Refused(
                gl.get_shader_info_log(&shader).unwrap_or_default(),
            ));
        }
        gl.attach_shader(&program, &shader);
    }
    gl.link_program(&program);
    if gl.get_program_parameter(&program, Gl::LINK_STATUS) != JsValue::TRUE {
        return Err(PainterError::Refused(
            gl.get_program_info_log(&program).unwrap_or_default(),
        ));
    }
    Ok(program)
}

fn refused(error: &JsValue) -> PainterError {
    PainterError::Refused(format!("{error:?}"))
}
